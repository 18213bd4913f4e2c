// The key manifest (section 10).
import { Refusal } from './bytes.js';
import { dateDays, goodText } from './credential.js';
import { parseMultikey } from './keys.js';
import { instant, openDocument } from './proof.js';

const ninetyDays = 90 * 86400 * 1000;
const earliest = dateDays('2016-01-01');
const latest = dateDays('2199-12-31');

function exactly(object, ...names) {
  const have = Object.keys(object).sort().join();
  if (have !== names.sort().join()) throw new Error(`members: ${have}`);
}

function demand(good, what) {
  if (!good) throw new Error(what);
}

// goodAddress accepts https, or http to this machine; nothing after the path.
function goodAddress(s) {
  if (typeof s !== 'string' || s.length > 200 || /[?#\s@\\]/.test(s)) return false;
  return /^https:\/\/[^/]+/.test(s) || /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(\/|$)/.test(s);
}

// openManifest verifies keys.json with the pinned roots (multikeys) and the
// least sequence, and returns {issuer, sequence, created, validUntil, keys,
// roll, roots}. It throws a Refusal whose reason says which failed.
export async function openManifest(bytes, roots, leastSequence) {
  let manifest;
  try {
    demand(bytes.length <= 128 << 10, 'length');
    const { doc, key, created } = await openDocument(bytes);
    demand(roots.includes(key.multikey), 'not a pinned root');
    manifest = await readManifest(doc, roots);
    demand(manifest.created.getTime() === created.getTime(), 'dates differ');
  } catch {
    throw new Refusal('unknown-issuer', 'bad-manifest');
  }
  if (manifest.sequence < leastSequence) throw new Refusal('unknown-issuer', 'old-manifest');
  return manifest;
}

async function readManifest(doc, roots) {
  exactly(doc, 'created', 'issuer', 'keys', 'schema', 'sequence', 'validUntil', ...('roll' in doc ? ['roll'] : []));
  demand(doc.schema === 'etalon-keys/1', 'schema');
  exactly(doc.issuer, 'name', 'specimen', 'url');
  demand(goodText(doc.issuer.name, 1, 128) && typeof doc.issuer.specimen === 'boolean' && goodAddress(doc.issuer.url), 'issuer');
  demand(Number.isSafeInteger(doc.sequence) && doc.sequence >= 1, 'sequence');
  const created = instant(doc.created);
  const validUntil = instant(doc.validUntil);
  demand(validUntil > created && validUntil - created <= ninetyDays, 'validity');
  demand(Array.isArray(doc.keys) && doc.keys.length <= 64, 'keys');
  const keys = [];
  for (const k of doc.keys) keys.push(await readKey(k, roots));
  demand(new Set(keys.map((k) => k.name)).size === keys.length, 'names of keys');
  demand(new Set(keys.map((k) => k.public.kid.join())).size === keys.length, 'keys listed twice');
  if ('roll' in doc) demand(doc.roll.length === 256 && doc.roll.every((h) => /^[0-9a-f]{64}$/.test(h)), 'roll');
  demand('roll' in doc || !keys.some((k) => k.role === 'credential' && k.state === 'compromised'), 'no roll');
  return { issuer: doc.issuer, sequence: doc.sequence, created, validUntil, keys, roll: doc.roll, roots };
}

async function readKey(k, roots) {
  exactly(k, 'name', 'notAfter', 'notBefore', 'publicKeyMultibase', 'role', 'state');
  demand(goodText(k.name, 1, 64), 'name');
  demand(['credential', 'entry', 'status'].includes(k.role) && ['active', 'retired', 'compromised'].includes(k.state), 'role or state');
  const [from, to] = [dateDays(k.notBefore), dateDays(k.notAfter)];
  demand(from <= to && from >= earliest && to <= latest, 'window');
  demand(!roots.includes(k.publicKeyMultibase), 'a root among the keys');
  return { name: k.name, role: k.role, state: k.state, notBefore: k.notBefore, notAfter: k.notAfter, public: await parseMultikey(k.publicKeyMultibase) };
}

// current tells whether the manifest may still be relied on at a time.
export const current = (manifest, now) => now >= manifest.created && now < manifest.validUntil;
