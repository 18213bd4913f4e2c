// The gap tool: an expected profile against a given one, and against a group.
// What is typed goes into the fragment of the address, which browsers do not
// send; names of people go nowhere.
import { Checker } from './check.js';
import { Unreachable } from './bytes.js';
import { el } from './card.js';
import { fetchBytes, memoryOf, save } from './service.js';
import { csv, empty, gaps, groupSummary, maxRows, readFragment, readGroup, summary, writeFragment } from './gapdata.js';
import { chart } from './gapchart.js';

const $ = (id) => document.getElementById(id);
const data = JSON.parse($('etalon-data').textContent);
const codes = data.competences.map((c) => c.code);
const rows = Array.from(document.querySelectorAll('.gap-table [data-code]'));
const fill = (key, values = {}) => data.texts[key].replace(/\{(\w+)\}/g, (whole, k) => values[k] ?? whole);
const signed = (n) => (n > 0 ? `+${n}` : n < 0 ? `−${-n}` : '0');

const profiles = { expected: empty(), given: empty() };
let group = []; // people on the map: {name, levels}

const checker = new Checker({ fetch: fetchBytes, address: data.address, roots: data.roots, least: data.leastSequence, now: () => Date.now(), memory: memoryOf(data.roots) });

const fields = (name) => rows.map((r) => r.querySelector(`[data-profile="${name}"]`));

function show(name) {
  fields(name).forEach((f, i) => { f.value = profiles[name][i] ?? ''; });
}

function readFields() {
  for (const name of ['expected', 'given']) {
    profiles[name] = fields(name).map((f) => {
      const good = /^[0-8]$/.test(f.value);
      f.toggleAttribute('aria-invalid', f.value !== '' && !good);
      return good ? Number(f.value) : null;
    });
  }
}

// update shows everything that follows from the profiles.
function update() {
  const { expected, given } = profiles;
  const distance = gaps(expected, given);
  rows.forEach((r, i) => {
    const cell = r.querySelector('.gap-cell');
    cell.className = `gap-cell${distance[i] === null ? '' : distance[i] < 0 ? ' below' : ' reached'}`;
    cell.replaceChildren();
    if (distance[i] === null) return;
    cell.append(el('strong', {}, signed(distance[i])));
    if (distance[i] < 0) cell.append(' ', el('a', { href: `${data.competences[i].address}#n${given[i] + 1}` }, fill('next', { n: given[i] + 1 })));
  });
  const s = summary(expected, given);
  const item = ({ index, gap }) => fill('sumItem', { code: codes[index], n: signed(gap) });
  $('summary').textContent = s.compared === 0 ? fill('sumNone')
    : s.missing === 0 ? fill('sumAll', s)
      : `${fill('sum', s)} ${fill('sumWorst', { list: s.worst.map(item).join(', ') })}`;
  const any = [...expected, ...given].some((n) => n !== null);
  $('figure').hidden = !any;
  if (any) $('chart').replaceChildren(draw($('chart').clientWidth < 560));
  history.replaceState(null, '', location.pathname + location.search + writeFragment(expected, given));
  if (group.length) drawMap();
}

const draw = (narrow) => chart({ competences: data.competences, expected: profiles.expected, given: profiles.given, narrow, title: fill('chart'), description: fill('chartDescription') });

function fromFragment() {
  const read = readFragment(location.hash);
  for (const name of ['expected', 'given']) {
    if (read[name]) profiles[name] = read[name];
    show(name);
  }
  update();
}

// read checks an attestation and returns {levels, text} or {error}.
async function read(line) {
  let r;
  try {
    r = await checker.text(line);
  } catch (err) {
    return { error: fill(err instanceof Unreachable ? 'network' : 'crypto') };
  }
  if (r.problem) return { error: fill('unreadable') };
  const verdict = data.verdicts[r.verdict];
  // What was withdrawn or replaced says nothing any more; what has expired, or
  // whose status cannot be had, is taken over with its verdict beside it.
  if (!r.credential || !['valid', 'expired', 'status-unknown'].includes(r.verdict)) return { error: fill('refused', { verdict }) };
  if (!r.credential.levels) return { error: fill('noLevels') };
  const { familyName, givenNames, number, levels } = r.credential;
  const name = `${givenNames} ${familyName}`.trim();
  return { name, levels: codes.map((c) => levels[c]), good: r.verdict === 'valid', text: `${fill('statusName', { name, number, verdict })} ${fill('status', { verdict: '' }).trim()}` };
}

async function readAttestation(e) {
  e.preventDefault();
  $('link-status').textContent = fill('busy');
  const r = await read($('link').value);
  $('link-status').textContent = r.error ?? r.text;
  if (r.error) return;
  profiles.given = r.levels;
  show('given');
  update();
}

const distanceRows = () => {
  const distance = gaps(profiles.expected, profiles.given);
  return data.competences.map((c, i) => [c.code, c.title, profiles.expected[i], profiles.given[i], distance[i]]);
};

function saveTable() {
  const head = [fill('competence'), '', fill('expected'), fill('given'), fill('gap')];
  save(csv([head, ...distanceRows()]), 'text/csv', fill('fileTable'));
}

function saveChart() {
  save(`<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(draw(false))}`, 'image/svg+xml', fill('fileChart'));
}

async function copy() {
  try {
    await navigator.clipboard.writeText(location.href);
    $('tools-status').textContent = fill('copied');
  } catch {
    $('tools-status').textContent = location.href;
  }
}

// showGroup reads the lines, checks their links, and draws the map.
async function showGroup(e) {
  e.preventDefault();
  const { people, links, errors } = readGroup($('people').value, codes);
  const problem = { columns: 'errorColumns', level: 'errorLevel', rows: 'errorRows', size: 'errorSize' };
  const told = errors.map((x) => ({ line: x.line, text: fill(problem[x.problem], { n: maxRows }) }));
  $('group-status').textContent = fill('busy');
  for (const link of links) {
    const r = await read(link.text);
    if (!r.error) people.push({ name: r.name, levels: r.levels });
    if (!r.good) told.push({ line: link.line, text: r.error ?? r.text });
  }
  group = people;
  told.sort((a, b) => a.line - b.line);
  $('group-errors').replaceChildren(...told.map((x) => el('li', {}, fill('error', x))));
  $('group-status').textContent = group.length === 0 ? fill('groupNone') : group.length === 1 ? fill('groupOne') : fill('groupDone', { n: group.length });
  $('save-group').hidden = group.length === 0;
  drawMap();
}

function drawMap() {
  if (group.length === 0) {
    $('map').replaceChildren();
    return;
  }
  const { expected } = profiles;
  const reached = (levels) => levels.filter((n, i) => n !== null && expected[i] !== null && n >= expected[i]).length;
  const asked = expected.filter((n) => n !== null).length;
  const cell = (n, i) => {
    if (n === null) return el('td', {}, '–');
    const gap = expected[i] === null ? null : n - expected[i];
    const shade = gap === null ? '' : gap >= 0 ? 'reached' : gap === -1 ? 'below near' : 'below';
    return el('td', { class: shade || null }, String(n), gap < 0 && gap !== null ? el('small', {}, el('span', { 'aria-hidden': 'true' }, signed(gap)), el('span', { class: 'visually-hidden' }, ` ${fill('groupBelow', { n: -gap })}`)) : null);
  };
  const heads = data.competences.map((c) => el('th', { scope: 'col' }, el('abbr', { title: c.title }, c.code)));
  const foot = groupSummary(expected, group);
  $('map').replaceChildren(el('section', { class: 'scroller', tabindex: '0', 'aria-label': fill('groupTable') },
    el('table', { class: 'gap-map' },
      el('caption', { class: 'visually-hidden' }, fill('groupTable')),
      el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, fill('groupName')), heads, el('th', { scope: 'col' }, fill('groupReached')))),
      el('tbody', {}, group.map((p) => el('tr', {}, el('th', { scope: 'row' }, p.name || fill('unnamed')), p.levels.map(cell), el('td', {}, asked ? `${reached(p.levels)}/${asked}` : '–')))),
      el('tfoot', {},
        el('tr', {}, el('th', { scope: 'row' }, fill('expected')), expected.map((n) => el('td', {}, n === null ? '–' : String(n))), el('td')),
        el('tr', {}, el('th', { scope: 'row' }, fill('groupRatio')), foot.map((f) => el('td', {}, f.reached === null ? '–' : `${f.reached}/${f.n}`)), el('td')),
        el('tr', {}, el('th', { scope: 'row' }, fill('groupMedian')), foot.map((f) => el('td', {}, f.median === null ? '–' : f.median.toLocaleString(data.lang))), el('td'))))));
}

function saveGroup() {
  const foot = groupSummary(profiles.expected, group);
  save(csv([
    [fill('groupName'), ...codes],
    ...group.map((p) => [p.name, ...p.levels]),
    [fill('expected'), ...profiles.expected],
    [fill('groupRatio'), ...foot.map((f) => f.reached)],
    [fill('groupMedian'), ...foot.map((f) => f.median)],
  ]), 'text/csv', fill('fileGroup'));
}

$('profiles').addEventListener('input', () => { readFields(); update(); });
$('use').addEventListener('click', () => {
  const levels = data.profiles[$('sample').value];
  if (!levels) return;
  profiles.expected = Array.from(levels, Number);
  show('expected');
  update();
});
$('attestation').addEventListener('submit', readAttestation);
$('copy').addEventListener('click', copy);
$('print').addEventListener('click', () => print());
$('save-table').addEventListener('click', saveTable);
$('save-chart').addEventListener('click', saveChart);
$('clear').addEventListener('click', () => {
  profiles.expected = empty();
  profiles.given = empty();
  show('expected');
  show('given');
  $('link').value = '';
  $('link-status').textContent = '';
  update();
});
$('group-form').addEventListener('submit', showGroup);
$('file').addEventListener('change', async () => {
  const file = $('file').files[0];
  if (file) $('people').value = file.size > 1 << 20 ? '' : await file.text();
});
$('model').addEventListener('click', () => save(csv([[fill('groupName'), ...codes]]), 'text/csv', fill('fileModel')));
$('save-group').addEventListener('click', saveGroup);
addEventListener('hashchange', fromFragment);
for (const id of ['starts', 'tools', 'group']) $(id).hidden = false;
fromFragment();
