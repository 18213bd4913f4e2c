// The arithmetic of the gap tool and what it reads.
import assert from 'node:assert/strict';
import test from 'node:test';

import { csv, empty, gaps, groupSummary, maxRows, maxText, readFragment, readGroup, summary, writeFragment } from '../assets/gapdata.js';

const codes = ['1.1', '1.2', '1.3', '2.1', '2.2', '2.3', '2.4', '3.1', '3.2', '3.3', '3.4', '4.1', '4.2', '4.3', '5.1', '5.2'];
const all = (n) => Array(16).fill(n);

test('a fragment comes back as it went', () => {
  const expected = [4, null, 8, 0, ...all(3).slice(4)];
  assert.deepEqual(readFragment(writeFragment(expected, all(5))), { expected, given: all(5) });
  assert.equal(writeFragment(empty(), empty()), '');
  assert.deepEqual(readFragment(writeFragment(empty(), all(1))), { expected: null, given: all(1) });
});

test('a fragment of another form gives nothing', () => {
  for (const bad of ['', '#', '#e=123', '#e=9999999999999999', `#e=${'1'.repeat(17)}`, '#x=1111111111111111', '#main', '#e=%zz']) {
    assert.deepEqual(readFragment(bad), { expected: null, given: null }, bad);
  }
});

test('gaps and their summary', () => {
  const expected = all(4);
  const given = [5, 4, 3, 2, null, 0, ...all(4).slice(6)];
  assert.deepEqual(gaps(expected, given).slice(0, 6), [1, 0, -1, -2, null, -4]);
  assert.deepEqual(summary(expected, given), { compared: 15, reached: 12, missing: 7, worst: [{ index: 5, gap: -4 }, { index: 3, gap: -2 }, { index: 2, gap: -1 }] });
  assert.deepEqual(summary(empty(), given), { compared: 0, reached: 0, missing: 0, worst: [] });
});

test('a group is read from CSV of every kind, in any order of columns', () => {
  const line = (s) => ['Ada', ...all(3)].join(s);
  for (const s of [';', ',', '\t']) assert.deepEqual(readGroup(line(s), codes).people, [{ name: 'Ada', levels: all(3) }]);
  const back = [...codes].reverse();
  const text = `\ufeff${['Nom', ...back].join(';')}\r\n"Lovelace; Ada";${codes.map((_, i) => i % 9).join(';')}\r\n\r\n`;
  const levels = codes.map((_, i) => i % 9).reverse();
  assert.deepEqual(readGroup(text, codes), { people: [{ name: 'Lovelace; Ada', levels }], links: [], errors: [] });
  assert.deepEqual(readGroup(`"say ""hi""",${all('').join(',')}`, codes).people, [{ name: 'say "hi"', levels: empty() }]);
});

test('links and codes are told from lines of levels', () => {
  const got = readGroup('https://etalon.example/v#1234\nP-00000-00000-00000-00000-0\nnothing\nA;1;2;3;4;5;6;7;8;9;1;1;1;1;1;1;1', codes);
  assert.deepEqual(got.links.map((l) => l.line), [1, 2]);
  assert.deepEqual(got.errors, [{ line: 3, problem: 'columns' }, { line: 4, problem: 'level' }]);
});

test('a group has its limits', () => {
  const row = ['x', ...all(1)].join(';');
  const many = readGroup(Array(maxRows + 9).fill(row).join('\n'), codes);
  assert.equal(many.people.length, maxRows);
  assert.deepEqual(many.errors, [{ line: maxRows + 1, problem: 'rows' }]);
  assert.deepEqual(readGroup('x'.repeat(maxText + 1), codes).errors, [{ line: 1, problem: 'size' }]);
});

test('a group is summed up by competence', () => {
  const people = [{ levels: [1, 4, ...all(null).slice(2)] }, { levels: [3, 2, ...all(null).slice(2)] }, { levels: [5, null, ...all(null).slice(2)] }];
  const got = groupSummary([3, null, 2, ...all(null).slice(3)], people);
  assert.deepEqual(got.slice(0, 3), [{ n: 3, reached: 2, median: 3 }, { n: 2, reached: null, median: 3 }, { n: 0, reached: 0, median: null }]);
});

test('no cell of a saved file is a formula', () => {
  assert.equal(csv([['=SUM(A1)', -2, 'a;b', 'say "hi"', null, 'x\ny']]), '\ufeff\'=SUM(A1);-2;"a;b";"say ""hi""";;"x\ny"\r\n');
  for (const c of ['=', '+', '-', '@', '\t']) assert.match(csv([[`${c}1`]]), /^\ufeff['"]/);
});
