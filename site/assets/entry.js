// Registry entries (section 8).
import { equal, hex, notGenuine, text } from './bytes.js';
import { canonical } from './cbor.js';
import { locator, unseal } from './code.js';
import { openCOSE } from './cose.js';
import { unverified } from './credential.js';

// openEntry decrypts and verifies what the registry holds for a code. The two
// credentials in it are well formed and belong together; their signatures are
// still to be verified. It returns {credential, share, record, forms}.
export async function openEntry(code, sealed, manifest) {
  const { payload, key } = await openCOSE(await unseal(code, 'entry', sealed), manifest, 'entry');
  if (key.state === 'compromised') throw notGenuine('entry-altered');
  try {
    return read(canonical(payload), await locator(code));
  } catch {
    throw notGenuine('entry-altered');
  }
}

function read(message, expected) {
  const demand = (good) => {
    if (!good) throw new Error('entry');
  };
  demand(Array.isArray(message) && message.length === 6);
  const [version, where, credential, share, record, forms] = message;
  demand(version === 1 && [where, credential, share, record].every((b) => b instanceof Uint8Array) && hex(where) === expected);
  demand(record.length >= 1 && record.length <= 48 << 10 && Array.isArray(forms) && forms.length <= 64);
  const full = unverified(credential);
  demand(full.form === 'full' && sameShare(full, unverified(share)));
  const seen = new Set();
  for (const [form, digest, ...rest] of forms) {
    demand(rest.length === 0 && /^[a-z][a-z0-9-]{0,15}$/.test(form) && digest instanceof Uint8Array && digest.length === 32);
    demand(!seen.has(form + hex(digest)));
    seen.add(form + hex(digest));
  }
  return { credential, share, record, forms: forms.map(([form, sha256]) => ({ form, sha256 })) };
}

const shared = ['number', 'regime', 'familyName', 'givenNames', 'issuedOn', 'expiresOn', 'score', 'level', 'maxLevel', 'professional', 'statusList', 'statusIndex'];

// sameShare tells whether a share credential says what the full one does.
export const sameShare = (full, share) => share.form === 'share' && shared.every((f) => full[f] === share[f]);

// agrees tells whether the record beside a credential describes the same
// result; members that a record lacks are not compared.
export function agrees(record, fields) {
  let r;
  try {
    r = JSON.parse(text(record));
  } catch {
    return false;
  }
  const may = (have, want) => have === undefined || have === want;
  const c = r?.candidate;
  return r?.state === 'final' && r.outcome === 'validated' && r.regime === fields.regime &&
    ['familyName', 'givenNames', 'birthDate', 'birthPlace'].every((f) => c?.[f] === fields[f]) &&
    r.centre === fields.centre && r.sessionDate === fields.sessionDate &&
    may(r.score, fields.score) && may(r.maxLevel, fields.maxLevel) && may(r.professional, fields.professional) &&
    (fields.regime !== 'adaptive' || may(r.level, fields.level)) &&
    Object.entries(r.levels ?? {}).every(([code, level]) => fields.levels[code] === level);
}

// issuedForm names the form whose hash is that of a file, or null.
export const issuedForm = (entry, digest) => entry.forms.find((f) => equal(f.sha256, digest))?.form ?? null;
