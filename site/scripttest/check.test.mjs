// Whole checks, from input to verdict, over a registry held in memory.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { Unreachable, unhex, utf8 } from '../assets/bytes.js';
import { Checker } from '../assets/check.js';
import { Words, fields, proof } from '../assets/card.js';
import { judge } from '../assets/verdict.js';

const read = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url)));
const v = read('../../testdata/signing/vectors.json');
const at = `/registry/${v.code.locator.slice(0, 2)}/${v.code.locator}`;

function world(changes = {}, now = v.now, memory = { get: () => 0, set() {} }) {
  const files = {
    '/keys.json': utf8(v.manifest.signed),
    [at]: unhex(v.entry.sealed),
    [`${at}.${v.pdf.form}`]: unhex(v.pdf.sealed),
    ...Object.fromEntries(v.statusLists.filter((l) => !l.final).map((l) => [`/status/${l.number}.json`, utf8(l.signed)])),
    ...changes,
  };
  return new Checker({
    fetch: async (path) => {
      if (files[path] === 'down') throw new Error('down');
      return files[path] ?? null;
    },
    address: v.address, roots: v.trust.roots, least: v.trust.leastSequence, now: () => Date.parse(now), memory,
  });
}

const [full] = v.credentials;
const inList = full.fields.statusList;
const says = v.statusLists.find((l) => l.number === inList && !l.final).statuses.find((s) => s.index === full.fields.statusIndex)?.status ?? 'valid';

const final = v.statusLists.find((l) => l.final);
const finalSays = final.statuses.find((s) => s.index === full.fields.statusIndex)?.status ?? 'valid';

test('a QR link', async () => {
  const r = await world().text(full.qrText);
  assert.equal(r.verdict, says);
  assert.deepEqual(r.credential, full.fields);
  assert.equal(r.issuer.specimen, true);
  assert.equal(r.status.value, says);
});

test('a QR link with a digit changed', async () => {
  const s = full.qrText;
  for (let i = s.indexOf('#') + 1; i < s.length; i += 23) {
    const digit = String((Number(s[i]) + 1) % 10);
    const r = await world().text(s.slice(0, i) + digit + s.slice(i + 1));
    if (r.problem) continue;
    assert.ok(['not-genuine', 'unknown-issuer'].includes(r.verdict));
    assert.equal(r.credential, undefined);
  }
});

test('statuses, dates and what cannot be read', async () => {
  const cases = [
    [{ [`/status/${inList}.json`]: null }, v.now, 'status-unknown', 'list-down'],
    [{ [`/status/${inList}.json`]: 'down' }, v.now, 'status-unknown', 'list-down'],
    [{ [`/status/${inList}.json`]: utf8('{}') }, v.now, 'status-unknown', 'list-bad'],
    [{}, '2026-12-15T00:00:00Z', 'status-unknown', 'list-stale'],
    [{}, '2028-01-01T00:00:00Z', 'status-unknown', 'keys-stale'],
    [{ [`/status/${inList}.json`]: utf8(final.signed) }, '2028-01-01T00:00:00Z', finalSays, undefined],
    [{}, '2029-11-21T00:00:00Z', 'expired', undefined],
    [{ '/keys.json': null }, v.now, 'unknown-issuer', 'no-manifest'],
    [{ '/keys.json': utf8('{}') }, v.now, 'unknown-issuer', 'bad-manifest'],
  ];
  for (const [changes, now, verdict, reason] of cases) {
    const r = await world(changes, now).text(full.qrText);
    assert.deepEqual([r.verdict, r.reason], [verdict, reason]);
  }
});

test('a service that does not answer gets no verdict', async () => {
  await assert.rejects(world({ '/keys.json': 'down' }).text(full.qrText), Unreachable);
  await assert.rejects(world({ [at]: 'down' }).text(v.code.text), Unreachable);
  const known = world();
  await known.text(full.qrText);
  const { fetch } = known;
  known.fetch = (path, limit) => (path === '/keys.json' ? Promise.reject(new Error('down')) : fetch(path, limit));
  assert.equal((await known.text(full.qrText)).verdict, says); // by the manifest opened before
});

test('an older manifest than one already seen', async () => {
  const r = await world({}, v.now, { get: () => 1e6, set() {} }).text(full.qrText);
  assert.deepEqual([r.verdict, r.reason, r.credential], ['unknown-issuer', 'old-manifest', undefined]);
});

test('the sequence of a manifest is remembered', async () => {
  let seen = 0;
  await world({}, v.now, { get: () => seen, set: (n) => (seen = n) }).text(full.qrText);
  assert.equal(seen, JSON.parse(v.manifest.signed).sequence);
});

test('codes', async () => {
  assert.deepEqual(await world().text(''), { problem: 'empty' });
  assert.equal((await world().text('P-123')).problem, 'length');
  assert.equal((await world().text(v.code.text.replace(/.$/, 'U'))).problem, 'symbol');
  assert.equal((await world().text('https://elsewhere.example/#1')).problem, 'qr-form');
  const gone = await world({ [at]: null }).text(v.code.text);
  assert.deepEqual([gone.verdict, gone.reason], ['not-found', 'code-nothing']);
  const altered = unhex(v.entry.sealed);
  altered[40] ^= 1;
  const bad = await world({ [at]: altered }).text(v.code.text);
  assert.deepEqual([bad.verdict, bad.reason], ['not-genuine', 'entry-altered']);
});

test('a PDF', async () => {
  const pdf = unhex(v.pdf.content);
  const same = await world().pdf(pdf);
  assert.deepEqual([same.verdict, same.document], [says, { issued: true, form: v.pdf.form }]);
  const edited = Uint8Array.from([...pdf, 10]);
  assert.deepEqual((await world().pdf(edited)).document, { issued: false });
  assert.equal((await world({ [at]: null }).pdf(pdf)).document, undefined);
  const plain = await world().pdf(utf8('%PDF-1.7\n'));
  assert.deepEqual([plain.verdict, plain.reason], ['not-genuine', 'no-attachment']);
});

test('precedence', () => {
  const now = new Date('2030-01-01T00:00:00Z');
  assert.equal(judge('revoked', '2029-12-31', now), 'revoked');
  assert.equal(judge('superseded', '2029-12-31', now), 'superseded');
  assert.equal(judge('suspended', '2029-12-31', now), 'suspended');
  assert.equal(judge('unknown', '2029-12-31', now), 'expired');
  assert.equal(judge('unknown', '2030-01-01', now), 'status-unknown');
  assert.equal(judge('valid', '2030-01-01', now), 'valid');
});

test('every signed field has a line on the card, in both languages', async () => {
  const messages = read('../messages.json');
  const levels = Array.from({ length: 8 }, (_, i) => `level ${i + 1}`);
  for (const lang of ['fr', 'en']) {
    const w = new Words({ messages: { [lang]: messages[lang].check }, page: {}, levels: { [lang]: levels }, domains: {} }, lang);
    for (const c of v.credentials) {
      const r = { trust: 'pinned', input: 'qr', checkedAt: new Date(v.now), credential: c.fields, issuer: { name: 'x', url: 'https://x.example' }, status: { value: 'valid', asOf: new Date(v.now), validUntil: null } };
      const rows = [...fields(w, c.fields), ...proof(w, r)];
      const keys = rows.map(([k]) => k);
      for (const k of Object.keys(c.fields)) {
        const line = { statusList: 'statusEntry', statusIndex: 'statusEntry' }[k] ?? k;
        if (!['levels', 'pix'].includes(k) && c.fields[k] !== '') assert.ok(keys.includes(line), `${lang}: ${k}`);
      }
      for (const [k, value] of rows) {
        assert.ok(w.check.fields[k], `${lang}: no name for ${k}`);
        assert.doesNotMatch(String(value), /undefined|NaN|[{}]/, `${lang}: ${k}`);
      }
    }
  }
});
