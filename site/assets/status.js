// Status lists (section 11).
import { canonicalize } from './jcs.js';
import { instant, openDocument } from './proof.js';

const listBytes = 65536;
const ninetyDays = 90 * 86400 * 1000;
export const statuses = ['valid', 'revoked', 'suspended', 'superseded'];

// openStatusList verifies status/N.json and returns {validFrom, validUntil,
// bits}; validUntil is null in the last list of a service that closed.
export async function openStatusList(bytes, manifest, number) {
  const refuse = (why) => {
    throw new Error(`status list: ${why}`);
  };
  if (bytes.length > 128 << 10) refuse('too long');
  const { doc, key, created } = await openDocument(bytes);
  const final = !('validUntil' in doc);
  if (!manifest.roots.includes(key.multikey)) {
    const day = created.toISOString().slice(0, 10);
    const known = manifest.keys.find((k) => k.public.multikey === key.multikey && k.role === 'status' && k.state !== 'compromised');
    if (!known || day < known.notBefore || day > known.notAfter || final) refuse('key');
  } else if (!final) refuse('a root signs final lists only');
  const encoded = doc.credentialSubject?.encodedList;
  const suffix = `/status/${number}.json`;
  if (typeof doc.id !== 'string' || !doc.id.endsWith(suffix) || doc.id.length === suffix.length) refuse('another list');
  // One shape, rebuilt from what may vary: nothing else can stand in it.
  const shape = {
    '@context': ['https://www.w3.org/ns/credentials/v2'],
    credentialSubject: { encodedList: encoded, id: `${doc.id}#list`, statusPurpose: 'message', type: 'BitstringStatusList' },
    id: doc.id, issuer: `did:key:${key.multikey}`,
    type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    validFrom: doc.validFrom, ...(final ? {} : { validUntil: doc.validUntil }),
  };
  if (typeof encoded !== 'string' || canonicalize(shape) !== canonicalize(doc)) refuse('shape');
  const validFrom = instant(doc.validFrom);
  const validUntil = final ? null : instant(doc.validUntil);
  if (validFrom.getTime() !== created.getTime()) refuse('dates differ');
  if (validUntil && (validUntil <= validFrom || validUntil - validFrom > ninetyDays)) refuse('validity');
  return { validFrom, validUntil, bits: await unpack(encoded) };
}

// unpack reads "u", base64url and gzip, and never more than the list's bytes.
async function unpack(encoded) {
  if (!/^u[A-Za-z0-9_-]+$/.test(encoded)) throw new Error('status list: encoding');
  const plain = encoded.slice(1).replaceAll('-', '+').replaceAll('_', '/');
  const zipped = Uint8Array.from(atob(plain), (c) => c.charCodeAt(0));
  if (btoa(String.fromCharCode(...zipped)).replace(/=+$/, '') !== plain) throw new Error('status list: base64');
  const reader = new Blob([zipped]).stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const out = new Uint8Array(listBytes);
  let n = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (n + value.length > listBytes) {
      await reader.cancel();
      throw new Error('status list: too long');
    }
    out.set(value, n);
    n += value.length;
  }
  if (n !== listBytes) throw new Error('status list: too short');
  return out;
}

// statusAt is what a list says of a place at a time: "unknown" out of its dates.
export function statusAt(list, index, now) {
  if (now < list.validFrom || (list.validUntil && now >= list.validUntil)) return 'unknown';
  return statuses[(list.bits[index >> 2] >> (6 - 2 * (index % 4))) & 3];
}
