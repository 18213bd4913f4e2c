// What pages that check attestations ask of the browser: public files, a memory,
// a file to save.
import { el } from './card.js';
import { TooLong } from './bytes.js';

// fetchBytes reads a public file: at most limit bytes, null when there is none.
export async function fetchBytes(path, limit) {
  const answer = await fetch(path, { cache: 'no-cache', credentials: 'omit', redirect: 'error', referrerPolicy: 'no-referrer', signal: AbortSignal.timeout?.(15000) });
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  const reader = answer.body.getReader();
  const parts = [];
  let n = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    n += value.length;
    if (n > limit) {
      await reader.cancel();
      throw new TooLong();
    }
    parts.push(value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

// memoryOf keeps the highest manifest sequence seen with these roots; where
// storage is switched off, as long as the page is open.
export const memoryOf = (roots) => ({
  key: `etalon-sequence:${[...roots].sort().join()}`,
  seen: 0,
  stored() {
    try {
      return Number(localStorage.getItem(this.key)) || 0;
    } catch {
      return 0;
    }
  },
  get() {
    return Math.max(this.seen, this.stored());
  },
  set(n) {
    this.seen = Math.max(this.seen, n);
    try {
      if (this.seen > this.stored()) localStorage.setItem(this.key, String(this.seen));
    } catch {
      // `seen` remembers.
    }
  },
});

// save gives the reader a file made in the page.
export function save(content, type, name) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  el('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}
