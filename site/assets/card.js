// The result as the page shows it: the same card as templates/verdict.html,
// built with text nodes alone.

const svg = 'http://www.w3.org/2000/svg';

// el makes an element; children are nodes or texts, null ones left out.
export function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [k, v] of Object.entries(attributes)) if (v !== null) node.setAttribute(k, v);
  node.append(...children.flat().filter((c) => c !== null && c !== undefined));
  return node;
}

const signs = {
  good: 'm14 25 7 7 14-16',
  question: 'M17.5 19a6.5 6.5 0 1 1 9.5 5.8c-2 1-3 2.2-3 4.2M24 34.5v1',
  mark: 'M24 12v15M24 33.5v1',
  cross: 'm15 15 18 18M33 15 15 33',
};
const signOf = {
  valid: 'good', 'status-unknown': 'question', 'not-found': 'question', 'unknown-issuer': 'question',
  expired: 'mark', suspended: 'mark', superseded: 'mark', revoked: 'cross', 'not-genuine': 'cross',
};

function sign(verdict) {
  const node = document.createElementNS(svg, 'svg');
  for (const [k, v] of Object.entries({ class: 'sign', viewBox: '0 0 48 48', 'aria-hidden': 'true', focusable: 'false' })) node.setAttribute(k, v);
  const circle = document.createElementNS(svg, 'circle');
  circle.setAttribute('cx', '24');
  circle.setAttribute('cy', '24');
  circle.setAttribute('r', '21');
  const path = document.createElementNS(svg, 'path');
  path.setAttribute('d', signs[signOf[verdict]]);
  node.append(circle, path);
  return node;
}

// Words is the wording of one language, from the page's data block.
export class Words {
  constructor(data, lang) {
    this.check = data.messages[lang];
    this.page = data.page[lang];
    this.levels = data.levels[lang];
    this.domains = data.domains[lang];
    this.lang = lang;
  }

  fill(s, values = {}) {
    return s.replace(/\{(\w+)\}/g, (whole, k) => (k in values ? String(values[k]) : whole));
  }

  value(key, values) {
    return this.fill(this.check.values[key], values);
  }

  text(key, values) {
    return this.fill(this.check.text[key], values);
  }

  date(iso) {
    const [y, m, d] = iso.split('-').map(Number);
    return this.fill(this.check.date, { d: d === 1 ? this.check.first : d, m: this.check.months[m - 1], y });
  }

  moment(t) {
    const iso = t.toISOString();
    return this.fill(this.check.time, { date: this.date(iso.slice(0, 10)), h: iso.slice(11, 13), min: iso.slice(14, 16) });
  }
}

// fields lists what is certified, in the order of page 1 of the attestation.
export function fields(w, c) {
  let level = w.value('level.none');
  if (c.regime === 'adaptive') level = c.level ? w.value('level.n', { name: w.levels[c.level - 1], n: c.level }) : w.value('level.0');
  const date = (s) => (s ? w.date(s) : '');
  // What the document does not state is said too: a paper that states it all
  // the same was edited.
  const stated = (s) => s || (c.form === 'full' ? w.value('unstated') : '');
  return [
    ['form', w.value(`form.${c.form}`)],
    ['familyName', c.familyName],
    ['givenNames', stated(c.givenNames)],
    ['birthDate', date(c.birthDate)],
    ['birthPlace', stated(c.birthPlace)],
    ['centre', c.centre],
    ['sessionDate', date(c.sessionDate)],
    ['issuedOn', date(c.issuedOn)],
    ['expiresOn', date(c.expiresOn)],
    ['number', c.number],
    ['regime', w.value(`regime.${c.regime}`)],
    ['level', level],
    ['score', w.value('score', { n: c.score })],
    ['maxLevel', w.value('maxLevel', { n: c.maxLevel })],
    ['professional', w.value(`professional.${c.professional}`)],
  ].filter(([, value]) => value);
}

// proof lists how the verdict came about.
export function proof(w, r) {
  const rows = [];
  if (r.issuer) rows.push(['issuer', r.issuer.name], ['issuerUrl', r.issuer.url]);
  rows.push(['trust', w.value(`trust.${r.trust}`)]);
  if (r.status) {
    rows.push(['status', w.value(`status.${r.status.value}`)]);
    if (r.status.asOf) rows.push(['statusAsOf', w.moment(r.status.asOf)]);
    if (r.status.validUntil) rows.push(['statusUntil', w.moment(r.status.validUntil)]);
  }
  if (r.credential) rows.push(['statusEntry', w.value('statusEntry', { list: r.credential.statusList, index: r.credential.statusIndex })]);
  rows.push(['checkedAt', w.moment(r.checkedAt)]);
  return rows;
}

function list(w, rows) {
  return el('dl', { class: 'fields' }, rows.map(([key, value]) => {
    const link = key === 'issuerUrl' && value.startsWith('https://');
    return el('div', { class: `f-${key}` }, el('dt', {}, w.check.fields[key]),
      el('dd', { 'data-field': key }, link ? el('a', { href: value, rel: 'noopener' }, value) : value));
  }));
}

// Levels of the adaptive regime are estimates; those of the profile regime were
// certified one by one.
function levels(w, c) {
  const say = (adaptive, profile, values) => w.text(c.regime === 'profile' ? profile : adaptive, values);
  const rows = (competence) => {
    const n = c.levels[competence.code];
    const pix = c.pix?.[competence.code] ? `, ${w.value('score', { n: c.pix[competence.code] })}` : '';
    const steps = Array.from({ length: c.maxLevel }, (_, i) => el('i', { class: i < n ? 'on' : null }));
    return el('li', { 'data-code': competence.code },
      el('a', { href: competence.address + (n ? `#n${n}` : '') }, el('span', { class: 'num' }, competence.code), competence.title),
      el('span', { class: 'gauge', 'aria-hidden': 'true' }, steps),
      el('span', { class: 'gauge-n' }, (n ? w.text('levelReached', { n }) : say('levelNone', 'pixNone')) + pix));
  };
  return el('section', { class: 'card-part' },
    el('h3', {}, say('levels', 'pixLevels')),
    el('p', { class: 'hint' }, say('levelsNote', 'pixNote', { n: c.maxLevel })),
    el('div', { class: 'card-levels' }, w.domains.map((d, i) => el('section', {},
      el('h4', {}, el('span', { class: 'num' }, String(i + 1)), d.title),
      el('ul', {}, d.competences.map(rows))))));
}

function documentLine(w, r) {
  if (r.input !== 'pdf' || !r.credential) return null;
  const key = r.document ? `document.${r.document.issued}` : 'document.unknown';
  return el('p', { class: r.document?.issued ? 'document same' : 'document' }, w.value(key));
}

// card builds the whole; tools are nodes for the last part (downloads, share).
export function card(w, r, tools) {
  const words = w.check.verdicts[r.verdict];
  const reason = r.reason && w.check.reasons[r.reason];
  return el('article', { class: `card v-${r.verdict}`, 'data-verdict': r.verdict },
    r.issuer?.specimen ? el('p', { class: 'specimen' }, el('strong', {}, w.text('specimenTitle')), ` ${w.text('specimenText')}`) : null,
    el('header', { class: 'card-head' }, sign(r.verdict), el('div', {},
      el('h2', {}, words.title),
      el('p', { class: 'meaning' }, words.meaning),
      el('p', { class: 'action' }, words.action),
      reason ? el('p', { class: 'reason' }, el('strong', {}, w.text('reason') + w.value('separator')), reason) : null,
      documentLine(w, r))),
    r.credential ? el('section', { class: 'card-part' }, el('h3', {}, w.text('identity')), list(w, fields(w, r.credential))) : null,
    r.credential?.levels ? levels(w, r.credential) : null,
    tools?.length ? el('section', { class: 'card-part card-tools' }, tools) : null,
    el('section', { class: 'card-part' }, el('h3', {}, w.text('proof')), list(w, proof(w, r))));
}
