// Deterministic CBOR (RFC 8949, section 4.2.1), the part of it that the formats
// use: integers, byte and text strings, arrays, maps, booleans. The decoder
// accepts one spelling of each value and nothing after it.
import { concat, equal, text, utf8 } from './bytes.js';

const deepest = 8;

// decode returns numbers, Uint8Arrays, strings, arrays, Maps and booleans.
export function decode(bytes) {
  const reader = { bytes, at: 0 };
  const value = read(reader, 0);
  if (reader.at !== bytes.length) throw new Error('cbor: bytes after the value');
  return value;
}

function read(r, depth) {
  if (depth > deepest) throw new Error('cbor: nested too deeply');
  const { major, n } = head(r);
  switch (major) {
    case 0:
      return n;
    case 1:
      return -1 - n;
    case 2:
      return take(r, n);
    case 3:
      return text(take(r, n));
    case 4: {
      const out = [];
      for (let i = 0; i < n; i++) out.push(read(r, depth + 1));
      return out;
    }
    case 5:
      return readMap(r, n, depth);
    case 7:
      if (n === 20 || n === 21) return n === 21;
  }
  throw new Error('cbor: type not used here');
}

function readMap(r, n, depth) {
  const out = new Map();
  let last = null;
  for (let i = 0; i < n; i++) {
    const from = r.at;
    const key = read(r, depth + 1);
    const spelling = r.bytes.subarray(from, r.at);
    if (last && compare(last, spelling) >= 0) throw new Error('cbor: keys out of order');
    last = spelling;
    out.set(key, read(r, depth + 1));
  }
  return out;
}

function head(r) {
  const first = take(r, 1)[0];
  const major = first >> 5;
  const short = first & 31;
  if (short < 24) return { major, n: short };
  const size = { 24: 1, 25: 2, 26: 4, 27: 8 }[short];
  if (!size || major === 7) throw new Error('cbor: spelling not used here');
  let n = 0;
  for (const b of take(r, size)) n = n * 256 + b;
  const least = { 1: 24, 2: 0x100, 4: 0x10000, 8: 0x100000000 }[size];
  if (n < least || !Number.isSafeInteger(n)) throw new Error('cbor: integer not in its shortest form');
  return { major, n };
}

function take(r, n) {
  if (n > r.bytes.length - r.at) throw new Error('cbor: ends early');
  return r.bytes.subarray(r.at, (r.at += n));
}

function compare(a, b) {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}

// encode writes what decode reads.
export function encode(v) {
  if (typeof v === 'boolean') return Uint8Array.of(v ? 0xf5 : 0xf4);
  if (Number.isSafeInteger(v)) return v < 0 ? start(1, -1 - v) : start(0, v);
  if (v instanceof Uint8Array) return concat(start(2, v.length), v);
  if (typeof v === 'string') {
    const b = utf8(v);
    return concat(start(3, b.length), b);
  }
  if (Array.isArray(v)) return concat(start(4, v.length), ...v.map(encode));
  if (v instanceof Map) {
    const pairs = [...v].map(([k, w]) => [encode(k), encode(w)]).sort((a, b) => compare(a[0], b[0]));
    return concat(start(5, v.size), ...pairs.flat());
  }
  throw new Error('cbor: value not used here');
}

function start(major, n) {
  const size = n < 24 ? 0 : n < 0x100 ? 1 : n < 0x10000 ? 2 : n < 0x100000000 ? 4 : 8;
  const out = new Uint8Array(1 + size);
  out[0] = (major << 5) | (size ? { 1: 24, 2: 25, 4: 26, 8: 27 }[size] : n);
  for (let i = size; i > 0; i--) {
    out[i] = n % 256;
    n = Math.floor(n / 256);
  }
  return out;
}

// canonical decodes bytes that equal their own encoding, and throws otherwise.
export function canonical(bytes) {
  const value = decode(bytes);
  if (!equal(encode(value), bytes)) throw new Error('cbor: not in its canonical form');
  return value;
}
