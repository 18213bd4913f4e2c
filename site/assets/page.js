// The verification page: the fragment of a QR link, the forms, the language.
import { Checker, maxPDF } from './check.js';
import { Words, card, el } from './card.js';
import { Unreachable } from './bytes.js';
import { fetchBytes, memoryOf, save } from './service.js';
import { share } from './share.js';

const $ = (id) => document.getElementById(id);
const data = JSON.parse($('etalon-data').textContent);
let words = new Words(data, data.lang);
let last = null; // the result shown, to show again in another language
let turn = 0; // of the check under way: an older one shows nothing

const checker = new Checker({ fetch: fetchBytes, address: data.address, roots: data.roots, least: data.leastSequence, now: () => Date.now(), memory: memoryOf(data.roots) });

function say(id, key, values) {
  $(id).textContent = key ? words.fill(words.check.errors[key], values) : '';
}

function problem(p) {
  const key = { length: 'code-length', symbol: 'code-symbol', check: 'code-check' }[p.problem] ?? p.problem;
  say('text-error', key, { n: p.count, symbol: p.symbol });
  $('text').setAttribute('aria-invalid', 'true');
  $('text').focus();
}

function busy(on) {
  $('busy').textContent = on ? words.page['verify.busy'] : '';
  if (on) {
    $('card').replaceChildren();
    $('result').hidden = false;
  }
}

// run makes a check and shows its result; errorAt is where a failure is told.
async function run(errorAt, check) {
  const mine = ++turn;
  for (const id of ['text-error', 'pdf-error']) say(id);
  $('text').removeAttribute('aria-invalid');
  busy(true);
  try {
    const result = await check();
    if (mine !== turn) return;
    busy(false);
    last = result;
    if (result.problem) {
      forms();
      problem(result);
      return;
    }
    show(true);
  } catch (err) {
    if (mine !== turn) return;
    busy(false);
    forms();
    say(errorAt, err instanceof Unreachable ? 'network' : 'crypto');
  }
}

function show(move) {
  const again = el('button', { type: 'button', class: 'quiet' }, words.page['verify.again']);
  again.addEventListener('click', reset);
  $('card').replaceChildren(card(words, last, tools()), el('p', {}, again));
  $('ways').hidden = true;
  $('main').classList.add('done');
  document.title = `${words.check.verdicts[last.verdict].title} – Étalon`;
  if (move) {
    $('result').focus({ preventScroll: true });
    $('result').scrollIntoView({ block: 'start' });
  }
}

// forms puts the forms back in place of a result.
function forms() {
  last = null;
  $('result').hidden = true;
  $('card').replaceChildren();
  $('ways').hidden = false;
  $('main').classList.remove('done');
}

function reset() {
  turn++;
  forms();
  document.title = `${words.page['verify.title']} – Étalon`;
  if (location.hash) history.replaceState(null, '', location.pathname + location.search);
  $('text').value = '';
  $('pdf').value = '';
  $('text').focus();
}

// tools are what a code opens besides the result: PDFs, record, share link.
function tools() {
  if (!last.entry) return [];
  const result = last;
  const error = el('p', { class: 'error', role: 'alert' });
  const files = result.forms.map((form) => {
    const name = words.check.values[`lang.${form}`];
    const label = words.check.values[`file.${form}`] ?? words.text('downloadForm', { lang: name ?? form });
    const button = el('button', { type: 'button', 'data-download': form }, label);
    button.addEventListener('click', async () => {
      error.textContent = '';
      try {
        save(await checker.download(result, form), 'application/pdf', words.text('fileName', { number: result.credential.number, form }));
      } catch {
        error.textContent = words.check.errors.download;
      }
    });
    return button;
  });
  const record = el('button', { type: 'button', class: 'quiet', 'data-download': 'record' }, words.text('record'));
  record.addEventListener('click', () => save(result.record, 'application/json', `${result.credential.number}.json`));
  return [
    el('h3', {}, words.text('download')), el('p', { class: 'tools' }, files, record), error,
    ...share(words, result, { fetch: fetchBytes, save }),
  ];
}

async function checkFile(file) {
  if (!file) return;
  if (file.size > maxPDF) {
    run('pdf-error', () => checker.pdf(new Uint8Array(maxPDF + 1)));
    return;
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (String.fromCharCode(...bytes.subarray(0, 5)) !== '%PDF-') {
    reset();
    say('pdf-error', 'pdf-type');
    return;
  }
  run('pdf-error', () => checker.pdf(bytes));
}

// fromFragment checks the link that led here; #main and the like are not one.
function fromFragment() {
  if (/^#[0-9]/.test(location.hash)) run('text-error', () => checker.qr(qrLink()));
}

const qrLink = () => `${data.address}/v${location.hash}`;

function listen() {
  $('private').hidden = false;
  $('pdf-button').hidden = true;
  document.querySelector('.drop-or').hidden = false;
  $('code-form').addEventListener('submit', (e) => {
    e.preventDefault();
    run('text-error', () => checker.text($('text').value));
  });
  $('pdf-form').addEventListener('submit', (e) => {
    e.preventDefault();
    checkFile($('pdf').files[0]);
  });
  $('pdf').addEventListener('change', () => checkFile($('pdf').files[0]));
  $('text').addEventListener('keydown', (e) => {
    if (e.key === 'Enter' && !e.shiftKey) {
      e.preventDefault();
      $('code-form').requestSubmit();
    }
  });
  let depth = 0;
  const over = (on) => $('drop').classList.toggle('over', on);
  addEventListener('dragenter', (e) => {
    e.preventDefault();
    depth++;
    over(true);
  });
  addEventListener('dragover', (e) => e.preventDefault());
  addEventListener('dragleave', () => {
    if (--depth <= 0) over(false);
  });
  addEventListener('drop', (e) => {
    e.preventDefault();
    depth = 0;
    over(false);
    checkFile(e.dataTransfer?.files[0]);
  });
  addEventListener('hashchange', fromFragment);
  fromFragment();
}

// speak puts a bilingual page into a language; the fragment stays.
function speak(lang) {
  words = new Words(data, lang);
  document.documentElement.lang = lang;
  for (const node of document.querySelectorAll('[data-t]')) node.textContent = words.page[node.dataset.t] ?? node.textContent;
  for (const link of document.querySelectorAll('[data-en]')) link.href = link.dataset[lang];
  for (const field of document.querySelectorAll('input[name="lang"]')) field.value = lang;
  const link = $('language');
  link.textContent = words.page['ui.other'];
  link.lang = link.hreflang = lang === 'fr' ? 'en' : 'fr';
  document.title = `${words.page['verify.title']} – Étalon`;
  if (last) show(false);
}

if (data.langs.length > 1) {
  const wanted = navigator.languages?.map((l) => l.slice(0, 2)).find((l) => data.langs.includes(l));
  if (wanted && wanted !== data.lang) speak(wanted);
  $('language').addEventListener('click', (e) => {
    e.preventDefault();
    speak(words.lang === 'fr' ? 'en' : 'fr');
  });
}

// offline starts the worker that keeps this page for when there is no network
// (sw.js), and has it fetch the lists ahead. Nothing is asked of the reader.
async function offline() {
  const address = '/sw.js';
  const policy = globalThis.trustedTypes?.createPolicy('etalon-worker', { createScriptURL: () => address });
  await navigator.serviceWorker.register(policy ? policy.createScriptURL(address) : address);
  (await navigator.serviceWorker.ready).active.postMessage('ahead');
}

if (globalThis.crypto?.subtle) {
  listen();
  // Without a worker, everything works as long as there is a network.
  if (navigator.serviceWorker) offline().catch(() => {});
} else {
  // Not a secure connection: the forms go to the server, the link too if asked.
  $('server').hidden = false;
  if (/^#[0-9]/.test(location.hash)) $('text').value = qrLink();
}
