// Credentials and QR text (sections 2, 4, 5).
import { equal, hex, notGenuine, sha256, utf8 } from './bytes.js';
import { canonical } from './cbor.js';
import { openCOSE, split } from './cose.js';

export const codes = ['1.1', '1.2', '1.3', '2.1', '2.2', '2.3', '2.4', '3.1', '3.2', '3.3', '3.4', '4.1', '4.2', '4.3', '5.1', '5.2'];
export const listSize = 1 << 18;
const day = 86400;

// dateText writes a number of days since 1970-01-01 as 2006-01-02.
export const dateText = (days) => new Date(days * day * 1000).toISOString().slice(0, 10);

// dateDays reads 2006-01-02, and only that spelling.
export function dateDays(s) {
  const days = /^\d{4}-\d\d-\d\d$/.test(s) ? Date.parse(s) / (day * 1000) : NaN;
  if (!Number.isInteger(days) || dateText(days) !== s) throw new Error('date: want 2006-01-02');
  return days;
}

// addYears: 28 February where there is no 29.
export function addYears(days, n) {
  const t = new Date(days * day * 1000);
  const out = new Date(Date.UTC(t.getUTCFullYear() + n, t.getUTCMonth(), t.getUTCDate()));
  if (out.getUTCMonth() !== t.getUTCMonth()) out.setUTCDate(0);
  return out.getTime() / (day * 1000);
}

const [firstBirth, firstDate, lastDate] = ['1900-01-01', '2016-01-01', '2199-12-31'].map(dateDays);

// The characters that no text may hold, as section 2 lists them.
const forbidden = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\uf8ff\ufeff\ufff0-\uffff\u{e0000}-\u{10ffff}]/u;

// goodText checks a decoded text of at least `least` and at most `most` bytes.
export function goodText(s, least, most) {
  if (typeof s !== 'string') return false;
  const n = utf8(s).length;
  return n >= least && n <= most && s.normalize('NFC') === s && !/^ | $/.test(s) && !forbidden.test(s);
}

const between = (n, low, high) => Number.isSafeInteger(n) && n >= low && n <= high;

// decodeClaims reads the payload of a credential; it throws on anything that
// section 4 does not allow.
export function decodeClaims(payload) {
  const claims = canonical(payload);
  const ok = (good) => {
    if (!good) throw new Error('the content is not allowed');
  };
  ok(claims instanceof Map && claims.size === 3);
  const [exp, iat, list] = [claims.get(4), claims.get(6), claims.get(-65537)];
  ok(between(exp, 0, 2 ** 40) && between(iat, 0, 2 ** 40) && exp % day === 0 && iat % day === 0 && Array.isArray(list));
  const issued = iat / day;
  const expires = exp / day - 1;
  ok(between(issued, firstDate, lastDate) && between(expires, issued, addYears(issued, 10)));
  ok((list[0] === 1 && list.length === 17) || (list[0] === 2 && list.length === 11));
  const full = list[0] === 1;
  const [, regime, number, family, given] = list;
  const [birth, birthPlace, centre, session] = full ? list.slice(5, 9) : [];
  const [score, level, maxLevel, professional] = list.slice(full ? 9 : 5);
  const [levels, pix] = full ? list.slice(13, 15) : [];
  const [statusList, statusIndex] = list.slice(-2);
  ok(regime === 0 || regime === 1);
  ok(between(number, 2016 * 1e7 + 1, 2200 * 1e7 - 1) && number % 1e7 !== 0);
  ok(goodText(family, 1, 128) && goodText(given, 0, 128));
  ok(between(maxLevel, 1, 8) && between(score, 0, 128 * maxLevel) && between(level, 0, maxLevel));
  ok((regime === 0 || level === 0) && typeof professional === 'boolean');
  ok(between(statusList, 1, 1 << 20) && between(statusIndex, 0, listSize - 1));
  const out = {
    number: `${Math.floor(number / 1e7)}-${String(number % 1e7).padStart(7, '0')}`,
    form: full ? 'full' : 'share', regime: regime === 0 ? 'adaptive' : 'profile',
    familyName: family, givenNames: given,
    issuedOn: dateText(issued), expiresOn: dateText(expires),
    score, level, maxLevel, professional, statusList, statusIndex,
  };
  if (!full) return out;
  ok(goodText(birthPlace, 0, 96) && goodText(centre, 1, 128));
  ok([family, given, birthPlace, centre].reduce((n, s) => n + utf8(s).length, 0) <= 232);
  ok(between(session, firstDate, issued) && between(birth, firstBirth, session - 1));
  ok(levels instanceof Uint8Array && levels.length === 8 && pix instanceof Uint8Array && pix.length === (regime === 0 ? 0 : 16));
  const nibble = (i) => (i % 2 ? levels[i >> 1] & 15 : levels[i >> 1] >> 4);
  ok(codes.every((_, i) => nibble(i) <= maxLevel && (regime === 0 || (pix[i] <= 64 && pix[i] >> 3 === nibble(i)))));
  ok(regime === 0 || pix.reduce((n, p) => n + p, 0) === score);
  Object.assign(out, { birthDate: dateText(birth), birthPlace, centre, sessionDate: dateText(session) });
  out.levels = Object.fromEntries(codes.map((c, i) => [c, nibble(i)]));
  if (regime === 1) out.pix = Object.fromEntries(codes.map((c, i) => [c, pix[i]]));
  return out;
}

// openCredential verifies bytes with a key of the manifest and returns the
// fields. shard(byte) fetches a shard of the roll, called only for a
// compromised key.
export async function openCredential(bytes, manifest, shard) {
  if (bytes.length > 400) throw notGenuine('altered');
  const { payload, key } = await openCOSE(bytes, manifest, 'credential');
  const fields = orAltered(() => decodeClaims(payload));
  if (fields.issuedOn < key.notBefore || fields.issuedOn > key.notAfter) throw notGenuine('altered');
  if (key.state === 'compromised') await onRoll(bytes, manifest, shard);
  return fields;
}

// unverified reads the fields of a credential whose signature is not looked at.
export function unverified(bytes) {
  if (bytes.length > 400) throw notGenuine('altered');
  const { payload } = split(bytes);
  return orAltered(() => decodeClaims(payload));
}

function orAltered(f) {
  try {
    return f();
  } catch {
    throw notGenuine('altered');
  }
}

async function onRoll(bytes, manifest, shard) {
  const digest = await sha256(bytes);
  const data = await shard(digest[0], manifest.roll[digest[0]]);
  for (let at = 0; at + 16 <= data.length; at += 16) {
    if (equal(data.subarray(at, at + 16), digest.subarray(0, 16))) return;
  }
  throw notGenuine('not-on-roll');
}

const page = /^(https:\/\/[^\s/?#@]+|http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?)(\/[^\s?#]*)?\/(v|fr\/verifier|en\/verify)\/?$/;

// parseQRText returns the credential's bytes from a link or bare digits, null
// when the text is something else.
export function parseQRText(s) {
  let digits = s.trim();
  if (!digits || digits.length > 1988) return null;
  const at = digits.indexOf('#');
  if (at >= 0) {
    if (!page.test(digits.slice(0, at).split('?')[0])) return null;
    digits = digits.slice(at + 1);
  }
  if (!/^[0-9]+$/.test(digits)) return null;
  if (digits.length > 964 || digits[0] === '0') return null;
  const h = BigInt(digits).toString(16);
  const padded = h.length % 2 ? '0' + h : h;
  if (!padded.startsWith('01') || padded.length < 4 || padded.length > 802) return null;
  return Uint8Array.from({ length: padded.length / 2 - 1 }, (_, i) => parseInt(padded.slice(2 * i + 2, 2 * i + 4), 16));
}

// qrText writes the link that parseQRText reads.
export const qrText = (address, bytes) => `${address}/v#${BigInt('0x01' + hex(bytes))}`;
