// The scripts against the vectors of package signing: every format, by an
// implementation that shares no line with the one that made them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { hex, sha256, text, unhex, utf8 } from '../assets/bytes.js';
import { canonical, decode, encode } from '../assets/cbor.js';
import { findAttachment } from '../assets/attachment.js';
import { locator, parseCode, unseal } from '../assets/code.js';
import { openCredential, parseQRText, qrText } from '../assets/credential.js';
import { openEntry } from '../assets/entry.js';
import { parseMultikey, publicKey, verify } from '../assets/keys.js';
import { openManifest } from '../assets/manifest.js';
import { hashData } from '../assets/proof.js';
import { openStatusList, statusAt } from '../assets/status.js';

const read = (path) => readFileSync(new URL(`../../testdata/${path}`, import.meta.url));
const v = JSON.parse(read('signing/vectors.json'));
const manifest = await openManifest(utf8(v.manifest.signed), v.trust.roots, v.trust.leastSequence);
const none = () => assert.fail('no shard is needed');
const refusal = (verdict) => (err) => err.verdict === verdict;

test('keys', async () => {
  for (const k of v.keys) {
    const key = await parseMultikey(k.multikey);
    assert.equal(hex(key.bytes), k.public);
    assert.equal(hex(key.kid), k.kid);
  }
  assert.ok(v.keys.length > 3);
});

test('credentials', async () => {
  for (const c of v.credentials) {
    const bytes = unhex(c.credential);
    assert.equal(hex(await sha256(bytes)), c.sha256);
    assert.equal(qrText(v.address, bytes), c.qrText);
    assert.deepEqual(parseQRText(c.qrText), bytes);
    assert.deepEqual(parseQRText(c.digits), bytes);
    assert.deepEqual(await openCredential(bytes, manifest, none), c.fields);
  }
  assert.ok(v.credentials.length > 1);
});

test('refused credentials', async () => {
  for (const r of v.refused) {
    await assert.rejects(async () => openCredential(unhex(r.credential), manifest, none), refusal(r.verdict), r.name);
  }
  assert.ok(v.refused.length > 10);
});

test('every byte and every end of a credential counts', async () => {
  const bytes = unhex(v.credentials[0].credential);
  for (let i = 0; i < bytes.length; i++) {
    const changed = Uint8Array.from(bytes);
    changed[i] ^= 1 << (i % 8);
    await assert.rejects(openCredential(changed, manifest, none), undefined, `byte ${i}`);
    await assert.rejects(openCredential(bytes.slice(0, i), manifest, none), undefined, `cut at ${i}`);
  }
});

test('a compromised key and the roll', async () => {
  const m = await openManifest(utf8(v.compromised.manifest), v.trust.roots, v.trust.leastSequence);
  const shard = (b, digest) => {
    const s = unhex(v.compromised.roll[hex([b])] ?? '');
    return sha256(s).then((d) => (assert.equal(hex(d), digest), s));
  };
  for (const c of v.compromised.onRoll) assert.ok(await openCredential(unhex(c), m, shard));
  for (const c of v.compromised.notOnRoll) await assert.rejects(openCredential(unhex(c), m, shard), (e) => e.reason === 'not-on-roll');
});

test('codes', async () => {
  const code = parseCode(v.code.text);
  assert.equal(hex(code.secret), v.code.secret);
  assert.equal(await locator(code), v.code.locator);
  for (const t of v.typed) {
    const got = parseCode(t.typed);
    if (t.code) assert.equal(got.text, t.code, t.typed);
    else assert.ok(got.problem, t.typed);
  }
});

test('every substitution and every exchange in a code is caught', () => {
  const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  const symbols = [...v.code.text.slice(2).replaceAll('-', '')];
  for (let i = 0; i < 21; i++) {
    for (const s of alphabet) {
      if (s !== symbols[i]) assert.equal(parseCode(symbols.with?.(i, s).join('') ?? symbols.map((c, j) => (j === i ? s : c)).join('')).problem, 'check');
    }
    for (let j = 0; j < i; j++) {
      const swapped = [...symbols];
      [swapped[i], swapped[j]] = [swapped[j], swapped[i]];
      if (symbols[i] !== symbols[j]) assert.equal(parseCode(swapped.join('')).problem, 'check');
    }
  }
});

test('entry and PDF', async () => {
  const code = parseCode(v.code.text);
  const entry = await openEntry(code, unhex(v.entry.sealed), manifest);
  assert.equal(hex(entry.credential), v.entry.credential);
  assert.equal(hex(entry.share), v.entry.share);
  assert.equal(text(entry.record), v.entry.record);
  assert.deepEqual(entry.forms.map((f) => ({ form: f.form, sha256: hex(f.sha256) })), v.entry.forms);
  const pdf = await unseal(code, `pdf:${v.pdf.form}`, unhex(v.pdf.sealed));
  assert.equal(hex(pdf), v.pdf.content);
  const found = findAttachment(pdf);
  assert.equal(found.code.text, v.code.text);
  assert.equal(hex(found.credential), v.credentials[0].credential);
  const sealed = unhex(v.entry.sealed);
  for (let i = 0; i < sealed.length; i += 37) {
    const changed = Uint8Array.from(sealed);
    changed[i] ^= 1;
    await assert.rejects(openEntry(code, changed, manifest), refusal('not-genuine'), `byte ${i}`);
  }
});

test('attachments that were tampered with', () => {
  const pdf = unhex(v.pdf.content);
  const s = Buffer.from(pdf).toString('latin1');
  const bytes = (t) => Uint8Array.from(Buffer.from(t, 'latin1'));
  const reason = (want) => (e) => e.verdict === 'not-genuine' && e.reason === want;
  assert.throws(() => findAttachment(bytes(s.replace('etalon-attestation-1', 'etalon-attestation-2'))), reason('no-attachment'));
  assert.throws(() => findAttachment(bytes(s + s)), reason('attachment'));
  assert.throws(() => findAttachment(bytes(s.replace('\nend-etalon', '\n\nend-etalon'))), reason('attachment'));
  assert.throws(() => findAttachment(bytes(s.replace('\netalon', ' etalon'))), reason('attachment'));
  assert.throws(() => findAttachment(bytes(s.replace(v.code.text, v.code.text.toLowerCase()))), reason('attachment'));
});

test('manifest', async () => {
  assert.equal(hex(await hashData(JSON.parse(v.manifest.signed).proof, JSON.parse(v.manifest.document))), v.manifest.hashData);
  const open = (s, roots = v.trust.roots, least = 1) => openManifest(utf8(s), roots, least);
  await assert.rejects(open(v.manifest.signed, [v.keys[2].multikey]), (e) => e.reason === 'bad-manifest');
  await assert.rejects(open(v.manifest.signed, v.trust.roots, manifest.sequence + 1), (e) => e.reason === 'old-manifest');
  await assert.rejects(open(v.manifest.signed + '\n'), (e) => e.reason === 'bad-manifest');
  await assert.rejects(open(v.manifest.signed.replace('{"created"', '{"a":1,"created"')), (e) => e.reason === 'bad-manifest');
  for (let i = 0; i < v.manifest.signed.length; i += 61) {
    const changed = utf8(v.manifest.signed);
    changed[i] ^= 1;
    await assert.rejects(openManifest(changed, v.trust.roots, 1), undefined, `byte ${i}`);
  }
});

test('status lists', async () => {
  for (const l of v.statusLists) {
    const list = await openStatusList(utf8(l.signed), manifest, l.number);
    assert.equal(hex(await sha256(list.bits)), l.bitsSha256);
    assert.equal(list.validUntil === null, l.final);
    for (const s of l.statuses) assert.equal(statusAt(list, s.index, new Date(v.now)), s.status);
    if (!l.final) assert.equal(statusAt(list, 0, list.validUntil), 'unknown');
    assert.equal(statusAt(list, 0, new Date(list.validFrom - 1000)), 'unknown');
    await assert.rejects(openStatusList(utf8(l.signed), manifest, l.number + 1));
  }
});

test('deterministic CBOR only', () => {
  for (const bad of ['1817', '190017', '1a00000017', '1b0000000000000017', '5f40ff', 'a2020001', 'a201000100', 'a20200' + '0100', 'f6', 'fb3ff0000000000000', 'c100', '61ff', '00' + '00', '82', '1bffffffffffffffff', '9f', '81'.repeat(12) + '00']) {
    assert.throws(() => decode(unhex(bad)), undefined, bad);
  }
  for (const good of ['00', '1818', '3863', '40', '63c3a92d', '8301f5a0', 'a2040006' + '01', 'f4']) assert.equal(hex(encode(canonical(unhex(good)))), good);
});

test('Ed25519 as Wycheproof asks, by Web Crypto and by noble', async () => {
  let n = 0;
  for (const group of JSON.parse(read('vectors/ed25519/wycheproof.json')).testGroups) {
    const key = await publicKey(unhex(group.publicKey.pk)).catch(() => null);
    for (const t of group.tests) {
      for (const path of ['native', 'noble']) {
        const got = key !== null && (await verify(key, unhex(t.msg), unhex(t.sig), path));
        assert.equal(got, t.result === 'valid', `${path}: ${t.tcId} ${t.comment}`);
      }
      n++;
    }
  }
  assert.equal(n, 151);
});

test('Ed25519 edge cases are all refused', async () => {
  const cases = JSON.parse(read('vectors/ed25519/speccheck.json'));
  for (const [i, c] of cases.entries()) {
    const key = await publicKey(unhex(c.pub_key)).catch(() => null);
    if (!key) continue;
    for (const path of ['native', 'noble']) assert.equal(await verify(key, unhex(c.message), unhex(c.signature), path), false, `case ${i}`);
  }
  assert.equal(cases.length, 12);
});
