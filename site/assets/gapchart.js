// The gaps as a drawing: for each competence a rule of eight levels, a bar for
// the given one, a line at the expected one, hatching for what is missing.
// Colours stand in attributes, for the file one may save; styles of the page
// replace them, for dark screens.
const space = 'http://www.w3.org/2000/svg';

function node(name, attributes, ...children) {
  const out = document.createElementNS(space, name);
  for (const [k, v] of Object.entries(attributes)) out.setAttribute(k, String(v));
  out.append(...children);
  return out;
}

const rowHeight = 27;
const head = 26;

export function chart({ competences, expected, given, narrow, title, description }) {
  const left = narrow ? 34 : 376;
  const step = narrow ? 38 : 46;
  const width = left + 8 * step + 14;
  const height = head + competences.length * rowHeight + 6;
  const ink = { fill: '#16211f' };
  const out = node('svg', { xmlns: space, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-labelledby': 'chart-title chart-text', class: 'gap-chart', 'font-family': '"Atkinson", "Atkinson Hyperlegible", sans-serif', 'font-size': 13 },
    node('title', { id: 'chart-title' }, title), node('desc', { id: 'chart-text' }, description),
    node('defs', {}, node('pattern', { id: 'hatch', width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
      node('path', { d: 'M0 0V6', stroke: '#992020', 'stroke-width': 3, class: 'g-hatch' }))));
  for (let n = 0; n <= 8; n++) {
    out.append(node('text', { x: left + n * step, y: 14, 'text-anchor': 'middle', class: 'g-scale', fill: '#7d5610', 'font-weight': 640 }, String(n)));
  }
  competences.forEach((c, i) => {
    const y = head + i * rowHeight;
    const [e, g] = [expected[i], given[i]];
    const row = node('g', {});
    row.append(node('text', { x: 0, y: y + 15, class: 'g-code', fill: '#7d5610', 'font-weight': 640 }, c.code));
    if (!narrow) row.append(node('text', { x: 32, y: y + 15, class: 'g-text', ...ink }, c.title.length > 54 ? `${c.title.slice(0, 53)}…` : c.title));
    const ticks = Array.from({ length: 9 }, (_, n) => `M${left + n * step} ${y + 3}v${n % 2 ? 12 : 16}`).join('');
    row.append(node('path', { d: `${ticks}M${left} ${y + 19.5}h${8 * step}`, stroke: '#d8d5c8', class: 'g-rule', fill: 'none' }));
    if (g !== null && g > 0) row.append(node('rect', { x: left, y: y + 4, width: g * step, height: 12, fill: '#1f6d61', class: 'g-bar' }));
    if (e !== null && g !== null && g < e) row.append(node('rect', { x: left + g * step, y: y + 4, width: (e - g) * step, height: 12, fill: 'url(#hatch)' }));
    if (e !== null) row.append(node('path', { d: `M${left + e * step} ${y}v20`, stroke: '#16211f', 'stroke-width': 3.5, class: 'g-line' }));
    out.append(row);
  });
  return out;
}
