// COSE_Sign1 (section 3).
import { equal, notGenuine, unknownIssuer } from './bytes.js';
import { canonical, encode } from './cbor.js';
import { verify } from './keys.js';

const header = (kid) => encode(new Map([[1, -19], [4, kid]]));

// split takes a message apart without verifying it.
export function split(bytes) {
  try {
    if (bytes[0] !== 0xd2) throw new Error('tag');
    const [head, unprotected, payload, signature, ...rest] = canonical(bytes.subarray(1));
    const kid = canonical(head).get(4);
    if (rest.length || !(unprotected instanceof Map) || unprotected.size || signature.length !== 64) throw new Error('form');
    if (!(payload instanceof Uint8Array) || kid.length !== 4 || !equal(header(kid), head)) throw new Error('header');
    return { head, kid, payload, signature };
  } catch {
    throw notGenuine('altered');
  }
}

// openCOSE returns {payload, key} of a message whose signature is right and
// whose key the manifest lists in that role.
export async function openCOSE(bytes, manifest, role) {
  const { head, kid, payload, signature } = split(bytes);
  const key = manifest.keys.find((k) => equal(k.public.kid, kid));
  if (!key) throw unknownIssuer('no-key');
  const signed = encode(['Signature1', head, new Uint8Array(), payload]);
  if (key.role !== role || !(await verify(key.public, signed, signature))) throw notGenuine('altered');
  return { payload, key };
}
