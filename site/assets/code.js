// Access codes and what they seal (sections 6 and 7).
import { concat, equal, hex, notGenuine, utf8 } from './bytes.js';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const separators = /[ \t\r\n\-_.\u00a0\u00ad\u2010-\u2015\u2212\u202f\u200b\ufeff]/g;

// times multiplies by α in GF(32) = GF(2)[x]/(x⁵+x²+1).
const times = (v) => (v & 16 ? ((v << 1) ^ 0x25) & 31 : v << 1);

function checkSymbol(values) {
  let sum = 0;
  for (let i = values.length - 1; i >= 0; i--) sum = times(sum) ^ values[i];
  for (let i = values.length; i < 31; i++) sum = times(sum); // c20 = sum·α^11, as α^31 = 1
  return sum;
}

// parseCode reads a code as people type it. It returns {text, secret}, or
// {problem: "length", count}, {problem: "symbol", symbol}, {problem: "check"}.
export function parseCode(s) {
  if (s.length > 200) return { problem: 'length', count: s.length };
  let symbols = [...s.replace(separators, '')].map((c) => (/[a-z]/.test(c) ? c.toUpperCase() : c));
  if (symbols.length === 22 && symbols[0] === 'P') symbols = symbols.slice(1);
  const values = [];
  for (const c of symbols) {
    const v = alphabet.indexOf({ O: '0', I: '1', L: '1' }[c] ?? c);
    if (v < 0) return { problem: 'symbol', symbol: c };
    values.push(v);
  }
  if (values.length !== 21) return { problem: 'length', count: values.length - (symbols[0] === 'P' ? 1 : 0) };
  if (checkSymbol(values.slice(0, 20)) !== values[20]) return { problem: 'check' };
  let n = 0n;
  for (const v of values.slice(0, 20)) n = (n << 5n) | BigInt(v);
  const secret = new Uint8Array(13);
  for (let i = 12; i >= 0; i--, n >>= 8n) secret[i] = Number(n & 255n);
  const written = values.map((v) => alphabet[v]).join('');
  return { text: `P-${written.match(/.{1,5}/g).join('-')}`, secret };
}

async function derive(code, info, length) {
  const key = await crypto.subtle.importKey('raw', code.secret, 'HKDF', false, ['deriveBits']);
  const parameters = { name: 'HKDF', hash: 'SHA-256', salt: utf8('etalon/1'), info: utf8(info) };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, 8 * length));
}

export const locator = async (code) => hex(await derive(code, 'locator', 16));

const kinds = { entry: { info: 'entry key', step: 1024, most: 64 << 10 }, pdf: { info: 'pdf key', step: 16384, most: 4 << 20 } };

// unseal decrypts a file of the registry: kind is "entry" or "pdf:FORM".
export async function unseal(code, kind, sealed) {
  const { info, step, most } = kinds[kind.split(':')[0]];
  const size = sealed.length - 29;
  if (size < step || size > most || size % step || sealed[0] !== 1) throw notGenuine('entry-altered');
  const nonce = sealed.slice(1, 13);
  const label = concat(utf8(kind), Uint8Array.of(0));
  const key = await crypto.subtle.importKey('raw', await derive(code, info, 32), 'AES-GCM', false, ['decrypt']);
  const additionalData = concat(label, await derive(code, 'locator', 16));
  let padded;
  try {
    padded = new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: nonce, additionalData }, key, sealed.slice(13)));
  } catch {
    throw notGenuine('entry-altered');
  }
  let end = padded.length - 1;
  while (end >= 0 && padded[end] === 0) end--;
  const mac = await crypto.subtle.importKey('raw', await derive(code, 'nonce key', 32), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const again = new Uint8Array(await crypto.subtle.sign('HMAC', mac, concat(label, padded))).slice(0, 12);
  if (end < 0 || padded[end] !== 0x80 || Math.floor(end / step) + 1 !== size / step || !equal(again, nonce)) throw notGenuine('entry-altered');
  return padded.slice(0, end);
}
