// Bytes, digests and the one kind of refusal. Section numbers in these scripts
// are those of the comment of package signing, which specifies every format.

// Refusal is thrown by everything that opens signed data: a verdict, and the
// key of a sentence in messages.json ("reasons"). It quotes nothing unverified.
export class Refusal extends Error {
  constructor(verdict, reason) {
    super(`${verdict}: ${reason}`);
    this.verdict = verdict;
    this.reason = reason;
  }
}

// Unreachable is thrown when the service does not answer: no verdict, for
// nothing could be looked at.
export class Unreachable extends Error {}

// TooLong is thrown by a checker's fetch for a file longer than the format
// allows: the host answered, with something else.
export class TooLong extends Error {}

export const notGenuine = (reason = 'altered') => new Refusal('not-genuine', reason);
export const unknownIssuer = (reason = 'no-key') => new Refusal('unknown-issuer', reason);

export function equal(a, b) {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

export function concat(...parts) {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}

export const hex = (b) => Array.from(b, (x) => x.toString(16).padStart(2, '0')).join('');

export function unhex(s) {
  if (s.length % 2 || /[^0-9a-f]/.test(s)) throw new Error('not lower hexadecimal digits');
  return Uint8Array.from({ length: s.length / 2 }, (_, i) => parseInt(s.slice(2 * i, 2 * i + 2), 16));
}

export const utf8 = (s) => new TextEncoder().encode(s);

// text reads UTF-8 and refuses what is not; a byte order mark stays a character.
export const text = (b) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(b);

export const sha256 = async (b) => new Uint8Array(await crypto.subtle.digest('SHA-256', b));

// indexOf finds a run of bytes from a place on, or -1.
export function indexOf(b, run, from = 0) {
  for (let i = b.indexOf(run[0], from); i >= 0 && i <= b.length - run.length; i = b.indexOf(run[0], i + 1)) {
    let j = 1;
    while (j < run.length && b[i + j] === run[j]) j++;
    if (j === run.length) return i;
  }
  return -1;
}
