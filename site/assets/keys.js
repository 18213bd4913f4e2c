// Ed25519 keys and signatures (section 1): Web Crypto where the browser has
// Ed25519, else the vendored noble-ed25519; the checks on keys are noble's.
import { concat, equal, sha256 } from './bytes.js';
import { Point, verifyAsync } from './noble-ed25519.js';

const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

export function encodeBase58(bytes) {
  let n = 0n;
  for (const b of bytes) n = n * 256n + BigInt(b);
  let out = '';
  for (; n > 0n; n /= 58n) out = alphabet[Number(n % 58n)] + out;
  for (const b of bytes) {
    if (b !== 0) break;
    out = '1' + out;
  }
  return out;
}

export function decodeBase58(s) {
  if (s.length > 128) throw new Error('base58: too long');
  let n = 0n;
  for (const c of s) {
    const v = alphabet.indexOf(c);
    if (v < 0) throw new Error('base58: symbol not used');
    n = n * 58n + BigInt(v);
  }
  const out = [];
  for (; n > 0n; n >>= 8n) out.unshift(Number(n & 255n));
  for (const c of s) {
    if (c !== '1') break;
    out.unshift(0);
  }
  return Uint8Array.from(out);
}

// publicKey checks 32 bytes: canonical, not the identity, of prime order. It
// returns {bytes, kid, multikey}.
export async function publicKey(bytes) {
  if (bytes.length !== 32) throw new Error('public key: 32 bytes are needed');
  const point = Point.fromBytes(bytes, false);
  if (!equal(point.toBytes(), bytes) || point.isSmallOrder() || !point.isTorsionFree()) {
    throw new Error('public key: not canonical, or not of prime order');
  }
  return {
    bytes: Uint8Array.from(bytes),
    kid: (await sha256(bytes)).slice(0, 4),
    multikey: 'z' + encodeBase58(concat(Uint8Array.of(0xed, 0x01), bytes)),
  };
}

// checked remembers the keys that passed: the checks take milliseconds, and
// each manifest names the same few.
const checked = new Map();

export async function parseMultikey(s) {
  if (checked.has(s)) return checked.get(s);
  const b = typeof s === 'string' && s.startsWith('z6Mk') ? decodeBase58(s.slice(1)) : [];
  if (b.length !== 34 || b[0] !== 0xed || b[1] !== 0x01) throw new Error('multikey: not an Ed25519 key');
  const key = await publicKey(b.slice(2));
  if (key.multikey !== s) throw new Error('multikey: not in its written form');
  if (checked.size >= 256) checked.clear();
  checked.set(s, key);
  return key;
}

let native; // a promise: whether Web Crypto verifies Ed25519

function importKey(bytes) {
  return crypto.subtle.importKey('raw', bytes, { name: 'Ed25519' }, false, ['verify']);
}

function hasNative(bytes) {
  native ??= importKey(bytes).then(() => true, () => false);
  return native;
}

// verify tells whether sig is the key's signature of msg. path forces "native"
// or "noble", for tests.
export async function verify(key, msg, sig, path) {
  if (sig.length !== 64) return false;
  try {
    if (path !== 'noble' && (path === 'native' || (await hasNative(key.bytes)))) {
      return await crypto.subtle.verify({ name: 'Ed25519' }, await importKey(key.bytes), sig, msg);
    }
    // noble multiplies by the cofactor. With A and R of prime order that
    // changes nothing: the equation holds without it too.
    return Point.fromBytes(sig.subarray(0, 32), false).isTorsionFree() && (await verifyAsync(sig, msg, key.bytes, { zip215: false }));
  } catch {
    return false;
  }
}
