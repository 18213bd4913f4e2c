// Every case of the shared table, and everything signed mangled, with Web
// Crypto's Ed25519 or, told so by the environment, with the vendored one.
import assert from 'node:assert/strict';
import test from 'node:test';

import { hex } from '../assets/bytes.js';
import { locator, parseCode } from '../assets/code.js';
import { parseQRText, qrText } from '../assets/credential.js';
import { ask, cases, checker, silent, valid } from './table.mjs';

const fallback = process.env.ETALON_FALLBACK === '1';
let asked = 0;
const real = crypto.subtle.importKey.bind(crypto.subtle);
crypto.subtle.importKey = (...args) => {
  if (args[2]?.name !== 'Ed25519') return real(...args);
  asked++;
  return fallback ? Promise.reject(new DOMException('Ed25519', 'NotSupportedError')) : real(...args);
};

// Every seventeenth byte, fewer where JavaScript has to verify by itself; every one
// with ETALON_STRIDE=1.
const stride = Number(process.env.ETALON_STRIDE ?? (fallback ? 97 : 17));

test('the table', async (t) => {
  for (const c of cases) {
    await t.test(c.name, async () => {
      const r = await ask(c);
      if (r.verdict === 'unreachable') {
        assert.ok(silent.includes(c.reason), `no verdict, want ${c.verdict}`);
        return;
      }
      assert.deepEqual([r.verdict, r.reason ?? '', r.document], [c.verdict, c.reason ?? '', c.document]);
      if (['not-genuine', 'unknown-issuer', 'not-found'].includes(r.verdict)) {
        for (const shown of ['credential', 'issuer', 'status', 'document', 'share', 'entry']) assert.equal(r[shown], undefined, shown);
      } else {
        assert.equal(r.credential.familyName, 'Łukaszewicz-N’Guyễn');
      }
    });
  }
  assert.ok(cases.length >= 60);
  assert.ok(asked > 0, 'Web Crypto was never asked for Ed25519');
});

function* mangled(bytes, from = 0, to = bytes.length) {
  for (let i = from; i < to; i += stride) {
    const changed = Uint8Array.from(bytes);
    changed[i] ^= 1 << (i % 8);
    yield [`byte ${i}`, changed];
    yield [`cut at ${i}`, bytes.slice(0, i)];
  }
}

// swapped exchanges each pair of neighbouring parts, cut at some bounds.
function* swapped(bytes, bounds) {
  const parts = bounds.map((b, i) => bytes.slice(b, bounds[i + 1] ?? bytes.length));
  for (let i = 0; i < parts.length; i++) {
    for (let j = 0; j < i; j++) {
      if (hex(parts[i]) === hex(parts[j])) continue;
      const order = [...parts];
      [order[i], order[j]] = [order[j], order[i]];
      yield [`parts ${j} and ${i}`, Uint8Array.from(order.flatMap((p) => [...p]))];
    }
  }
}

const cut = (n, length) => Array.from({ length: n }, (_, i) => Math.floor((i * length) / n));

test('a mangled credential is refused', async () => {
  const who = checker(valid);
  const bytes = parseQRText(valid.text);
  assert.equal((await who.text(valid.text)).verdict, 'valid');
  for (const [what, b] of [...mangled(bytes), ...swapped(bytes, cut(8, bytes.length)), ...swapped(bytes, [0, 2, 12, 15, bytes.length - 64, bytes.length - 32])]) {
    const r = await who.text(qrText('https://attestations.example', b));
    assert.ok(r.problem || (['not-genuine', 'unknown-issuer'].includes(r.verdict) && !r.credential), `${what}: ${r.verdict}`);
  }
});

test('mangled files of the host make nothing valid', async () => {
  const code = cases.find((c) => c.name === 'code');
  assert.equal((await ask(code)).verdict, 'valid');
  const where = `/registry/${(await locator(parseCode(code.text))).replace(/^../, '$&/$&')}`;
  for (const name of ['/keys.json', '/status/1.json', where]) {
    const bytes = code.files[name];
    for (const [what, b] of [...mangled(bytes), ...swapped(bytes, cut(8, bytes.length))]) {
      const r = await ask({ ...code, files: { ...code.files, [name]: b } });
      assert.notEqual(r.verdict, 'valid', `${name}, ${what}`);
    }
  }
});

test('a mangled attachment is never the issued file', async () => {
  const c = cases.find((one) => one.name === 'pdf');
  const who = checker(c);
  const s = Buffer.from(c.pdf).toString('latin1');
  const from = s.indexOf('etalon-attestation-1');
  const to = s.indexOf('end-etalon-attestation') + 'end-etalon-attestation\n'.length;
  const code = s.indexOf('\nP-');
  for (const [what, b] of [...mangled(c.pdf, from, to), ...swapped(c.pdf, [0, from, from + 21, code + 1, code + 31, to])]) {
    const r = await who.pdf(b);
    assert.ok(!r.document?.issued, `${what}: called the issued file`);
    if (what.startsWith('cut')) assert.equal(r.verdict, 'not-genuine', what);
  }
});

test('the path meant is the one taken', async () => {
  const before = asked;
  assert.equal((await ask(valid)).verdict, 'valid');
  assert.equal(asked > before, !fallback);
});
