// Search as one types, in the index that was made with the site.
import MiniSearch from './minisearch.js';
import { options, words } from './terms.js';

const $ = (id) => document.getElementById(id);
const form = $('search');
const field = $('q');
const texts = JSON.parse(form.dataset.texts);
const most = 30;

const indexes = new Map();

function load(address) {
  if (!indexes.has(address)) {
    indexes.set(address, fetch(address).then(async (answer) => {
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      return MiniSearch.loadJS(await answer.json(), options);
    }));
  }
  return indexes.get(address);
}

const fill = (s, values) => s.replace(/\{(\w+)\}/g, (whole, k) => values[k] ?? whole);

function el(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [k, v] of Object.entries(attributes)) node.setAttribute(k, v);
  node.append(...children);
  return node;
}

// marked splits a text around the words found, whatever their accents.
function marked(text, terms) {
  const out = [];
  for (const piece of text.split(/([\p{L}\p{Nd}.]+)/u)) {
    const w = words(piece)[0];
    out.push(w && terms.has(w) ? el('mark', {}, piece) : piece);
  }
  return out;
}

// around cuts a long text to what surrounds its first word found.
function around(text, terms) {
  const room = 190;
  if (text.length <= room) return text;
  let at = 0;
  for (const m of text.matchAll(/[\p{L}\p{Nd}.]+/gu)) {
    if (terms.has(words(m[0])[0])) {
      at = m.index;
      break;
    }
  }
  const from = at < room * 0.7 ? 0 : text.lastIndexOf(' ', at - 60) + 1;
  const to = from + room >= text.length ? text.length : text.lastIndexOf(' ', from + room);
  return (from ? '… ' : '') + text.slice(from, to) + (to < text.length ? ' …' : '');
}

function item(r) {
  const terms = new Set(r.terms);
  const line = el('li', {}, el('a', { href: r.a }, ...marked(r.t, terms)), el('span', { class: 'kind' }, texts[r.k]));
  if (r.x) line.append(el('p', {}, ...marked(around(r.x, terms), terms)));
  return line;
}

const many = (n, one, more) => fill(n === 1 ? texts[one] : texts[more], { n });

let turn = 0;
async function search() {
  const q = field.value.trim();
  const mine = ++turn;
  history.replaceState(null, '', q ? `?q=${encodeURIComponent(q)}` : location.pathname + location.hash);
  const clear = () => {
    $('results').replaceChildren();
    $('others').replaceChildren();
    $('elsewhere').hidden = true;
  };
  if (words(q).length === 0) {
    clear();
    $('found').textContent = '';
    $('index').hidden = false;
    return;
  }
  let own;
  let other = [];
  try {
    own = (await load(form.dataset.index)).search(q);
    // Few in this language: the other one may know the word.
    if (own.length < 3) other = (await load(form.dataset.other)).search(q);
  } catch {
    if (mine === turn) $('found').textContent = texts.failed;
    return;
  }
  if (mine !== turn) return;
  clear();
  $('index').hidden = true;
  const n = own.length;
  $('found').textContent = n === 0 ? fill(texts.none, { q }) : n > most ? fill(texts.first, { n, m: most }) : many(n, 'one', 'many');
  $('results').append(...own.slice(0, most).map(item));
  if (other.length) {
    $('elsewhere').textContent = many(other.length, 'otherOne', 'otherMany');
    $('elsewhere').hidden = false;
    $('others').append(...other.slice(0, 10).map(item));
  }
}

// move goes through the results with the arrows.
function move(e) {
  const links = Array.from(document.querySelectorAll('.results a'));
  const at = links.indexOf(document.activeElement);
  if (e.key === 'ArrowDown' && at + 1 < links.length) links[at + 1].focus();
  else if (e.key === 'ArrowUp' && at > 0) links[at - 1].focus();
  else if (e.key === 'ArrowUp' && at === 0) field.focus();
  else if (e.key === 'Escape' && (at >= 0 || document.activeElement === field)) {
    field.value = '';
    field.focus();
    search();
  } else return;
  e.preventDefault();
}

form.addEventListener('submit', (e) => {
  e.preventDefault();
  document.querySelector('.results a')?.click();
});
field.addEventListener('input', search);
document.addEventListener('keydown', move);
field.addEventListener('focus', () => load(form.dataset.index).catch(() => {}), { once: true });
const asked = new URLSearchParams(location.search).get('q');
if (asked) {
  field.value = asked.slice(0, 100);
  search();
}
if (asked || !location.hash) field.focus({ preventScroll: true });
