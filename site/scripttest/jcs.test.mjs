// Canonical JSON and its proofs against the published vectors.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';

import { hex, unhex, utf8 } from '../assets/bytes.js';
import { canonicalize, parse } from '../assets/jcs.js';
import { decodeBase58, parseMultikey, verify } from '../assets/keys.js';
import { hashData } from '../assets/proof.js';

const vectors = new URL('../../testdata/vectors/', import.meta.url);
const read = (path) => readFileSync(new URL(path, vectors), 'utf8');

test('RFC 8785', () => {
  const names = readdirSync(new URL('jcs/input/', vectors));
  for (const name of names) {
    const want = read(`jcs/outhex/${name.replace('.json', '.txt')}`).replace(/\s/g, '');
    const got = canonicalize(JSON.parse(read(`jcs/input/${name}`)));
    assert.equal(hex(utf8(got)), want, name);
    assert.deepEqual(parse(got), JSON.parse(got));
  }
  assert.ok(names.length >= 6);
});

test('one spelling only', () => {
  for (const bad of ['{"a":1,"a":1}', '{"b":1,"a":1}', ' {}', '{}\n', '1.0', '1e2', '"\\u0061"', '"\\ud800"', '["\ud800"]', '{"a":1,}', '\ufeff{}']) {
    assert.throws(() => parse(bad), undefined, bad);
  }
});

test('eddsa-jcs-2022', async () => {
  const signed = JSON.parse(read('eddsa-jcs-2022/signedJCS.json'));
  const { proof, ...doc } = signed;
  const data = await hashData(proof, doc);
  assert.equal(hex(data), read('eddsa-jcs-2022/combinedHashJCS.txt').trim());
  const key = await parseMultikey(proof.verificationMethod.split('#')[1]);
  const signature = decodeBase58(proof.proofValue.slice(1));
  assert.equal(hex(signature), read('eddsa-jcs-2022/sigHexJCS.txt').trim());
  for (const path of ['native', 'noble']) {
    assert.equal(await verify(key, data, signature, path), true);
    assert.equal(await verify(key, unhex('00'), signature, path), false);
  }
});
