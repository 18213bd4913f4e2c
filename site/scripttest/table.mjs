// The shared table of cases (testdata/verdicts/cases.json), as a checker in a
// browser meets it. Each test file that runs it chooses who verifies Ed25519.
import { readFileSync } from 'node:fs';

import { TooLong, Unreachable } from '../assets/bytes.js';
import { Checker } from '../assets/check.js';

const table = JSON.parse(readFileSync(new URL('../../testdata/verdicts/cases.json', import.meta.url)));

// blob is null for a file that is not there, false for one that cannot be read.
const blob = (b) => (typeof b === 'string' ? new Uint8Array(Buffer.from(b, 'base64')) : typeof b === 'number' ? new Uint8Array(b) : b);

export const cases = table.cases.map((c) => {
  const files = Object.fromEntries(Object.entries({ ...table.files, ...c.files }).map(([name, b]) => [`/${name}`, blob(b)]));
  return { ...c, files, pdf: blob(c.pdf), now: c.now ?? table.now, roots: c.roots ?? table.roots, least: c.leastSequence ?? table.leastSequence };
});

export const valid = cases.find((c) => c.name === 'valid');

export function checker(c) {
  return new Checker({
    fetch: async (path, limit) => {
      const b = c.files[path] ?? null;
      if (b === false) throw new Error('cannot be read');
      if (b?.length > limit) throw new TooLong();
      return b;
    },
    address: table.address, roots: c.roots, least: c.least, now: () => Date.parse(c.now), memory: { get: () => 0, set() {} },
  });
}

// What the page says beside the field, and not on a card, in the words of the
// other verifiers.
const told = { 'qr-form': ['not-genuine', 'qr-text'] };

// ask returns the answer to a case. Where the service cannot be reached, the
// page gives no verdict at all: "unreachable".
export async function ask(c, who = checker(c)) {
  try {
    const r = await (c.input === 'pdf' ? who.pdf(c.pdf) : who.text(c.text ?? ''));
    if (!r.problem) return r;
    const [verdict, reason] = told[r.problem] ?? ['not-found', 'code-typed'];
    return { verdict, reason };
  } catch (err) {
    if (!(err instanceof Unreachable)) throw err;
    return { verdict: 'unreachable' };
  }
}

// silent are the reasons with which the other verifiers, which must answer
// something, say that they could read nothing.
export const silent = ['no-manifest', 'registry-down'];
