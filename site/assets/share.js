// What the holder of a code may put on a profile or a CV: made from fields of
// the share credential alone, never from birth data or the code. The same as
// share.go makes for browsers without scripts.
import { el } from './card.js';
import { badge } from './badge.js';

const fill = (w, key, values) => w.fill(w.page[`share.${key}`], values);

// sharing puts the result into words and into the link that fills LinkedIn's form.
export function sharing(w, r) {
  const c = r.credential;
  const score = w.value('score', { n: c.score });
  const reached = c.regime === 'adaptive' && c.level > 0;
  const name = fill(w, 'name', { result: reached ? w.levels[c.level - 1] : score });
  const full = reached ? fill(w, 'scored', { name, score }) : name;
  const [year, month] = c.issuedOn.split('-').map(Number);
  const [lastYear, lastMonth] = c.expiresOn.split('-').map(Number);
  const form = {
    startTask: 'CERTIFICATION_NAME', name, organizationName: r.issuer.name, issueYear: year, issueMonth: month,
    expirationYear: lastYear, expirationMonth: lastMonth, certUrl: r.share, certId: c.number,
  };
  return {
    linkedIn: `https://www.linkedin.com/profile/add?${Object.entries(form).map(([k, v]) => `${k}=${encodeURIComponent(v)}`).join('&')}`,
    line: fill(w, 'line', { name: full, issuer: r.issuer.name, issued: w.date(c.issuedOn), until: w.date(c.expiresOn), number: c.number }),
    kind: c.regime === 'adaptive' ? `adaptive-${c.level}` : 'profile',
    year,
    alt: fill(w, 'badgeAlt', { name: full }),
  };
}

// copier is a button that runs copy and says so; where the browser forbids it,
// what could not be copied is selected.
function copier(label, done, copy, source) {
  const button = el('button', { type: 'button', class: 'quiet' }, label);
  button.addEventListener('click', async () => {
    try {
      await copy();
      button.textContent = done;
    } catch {
      getSelection().selectAllChildren(source);
    }
  });
  return button;
}

// copyLine copies a line with its link, or the words alone.
async function copyLine(line) {
  const text = line.textContent;
  if (!globalThis.ClipboardItem) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const html = [...line.childNodes].map((n) => new XMLSerializer().serializeToString(n.nodeType === 3 ? n : bare(n))).join('');
  const part = (content, type) => new Blob([content], { type });
  await navigator.clipboard.write([new ClipboardItem({ 'text/html': part(html, 'text/html'), 'text/plain': part(text, 'text/plain') })]);
}

const bare = (link) => el('a', { href: link.href }, link.textContent);

// share is the part of the card that offers to show a result: of any genuine
// one its link, of a valid one the rest. save gives the reader a file.
export function share(w, r, { fetch, save }) {
  const link = el('a', { class: 'share-link', href: r.share }, r.share);
  const linkParts = [el('p', {}, link), el('p', { class: 'tools' },
    copier(w.text('copy'), w.text('copied'), () => navigator.clipboard.writeText(r.share), link))];
  linkParts.push(el('p', { class: 'hint' }, w.text('shareText')));
  const head = el('h3', {}, w.text('share'));
  if (r.verdict !== 'valid') return [head, ...linkParts];
  const s = sharing(w, r);
  const line = el('p', { class: 'cv-line' }, `${s.line}, `, el('a', { href: r.share, rel: 'noopener' }, fill(w, 'verifiable')));
  const place = el('div', { class: 'share-badge', hidden: '' });
  badge(w, s, { fetch, save }).then((nodes) => {
    if (!nodes) return;
    place.append(...nodes);
    place.hidden = false;
  }).catch(() => {}); // the rest is there without it
  return [head, el('div', { class: 'share' }, el('div', {},
    el('h4', {}, fill(w, 'linkedinTitle')),
    el('p', { class: 'tools' }, el('a', { class: 'button quiet', href: s.linkedIn, target: '_blank', rel: 'noopener noreferrer', 'data-share': 'linkedin' }, fill(w, 'linkedin'))),
    el('p', { class: 'hint' }, fill(w, 'linkedinNote')),
    el('h4', {}, fill(w, 'cvTitle')), line,
    el('p', { class: 'tools' }, copier(fill(w, 'cvCopy'), fill(w, 'cvCopied'), () => copyLine(line), line)),
    el('p', { class: 'hint' }, fill(w, 'cvNote')),
    el('h4', {}, fill(w, 'linkTitle')), linkParts), place)];
}
