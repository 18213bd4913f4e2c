// The badge of a level. All badges of a year come in one file, so that asking
// for it tells nobody which level was reached; the one wanted is put together
// from its parts (package attestation, BadgeSet) and painted here: no picture
// is fetched, and the policy of the page allows none from elsewhere.
import { el } from './card.js';

const most = 512 << 10;
const side = 400; // of a badge, in its own units
const pixels = 800; // of the picture to save

const piece = /<path (?:id="(\w+)" )?fill="([#\w]+)"(?: stroke="(#\w+)" stroke-width="([\d.]+)")? d="([^"]*)"\/>|<use href="#(\w+)" transform="rotate\(([\d.]+) /g;

// paint draws an SVG of our own kind: paths, and paths turned about the middle.
export function paint(context, svg) {
  const kept = {};
  const draw = (p) => {
    context.fillStyle = p.fill;
    context.strokeStyle = p.stroke;
    context.lineWidth = p.width;
    if (p.stroke) context.stroke(p.path);
    else context.fill(p.path);
  };
  for (const [, id, color, stroke, width, d, of, degrees] of svg.matchAll(piece)) {
    if (!of) {
      const p = { path: new Path2D(d), fill: color, stroke, width: Number(width) };
      if (id) kept[id] = p;
      draw(p);
      continue;
    }
    context.save();
    context.translate(side / 2, side / 2);
    context.rotate((Number(degrees) * Math.PI) / 180);
    context.translate(-side / 2, -side / 2);
    draw(kept[of]);
    context.restore();
  }
}

// badge resolves to a picture and the buttons that save it, or to null where
// the issuer publishes none. s is of share.js.
export async function badge(w, s, { fetch, save }) {
  const bytes = await fetch(`/badges/${s.year}.${w.lang}.json`, most);
  const set = bytes && JSON.parse(new TextDecoder().decode(bytes));
  if (!set?.kinds?.[s.kind]) return null;
  const svg = set.head + set.kinds[s.kind] + set.tail;
  const canvas = el('canvas', { width: String(pixels), height: String(pixels), role: 'img', 'aria-label': s.alt });
  const context = canvas.getContext('2d');
  context.scale(pixels / side, pixels / side);
  paint(context, svg);
  const name = w.fill(w.page['share.badgeName'], { kind: s.kind, year: s.year });
  const button = (kind, then) => {
    const b = el('button', { type: 'button', class: 'quiet', 'data-badge': kind.toLowerCase() }, w.page[`share.badge${kind}`]);
    b.addEventListener('click', then);
    return b;
  };
  return [el('h4', {}, w.page['share.badgeTitle']), canvas,
    el('p', { class: 'tools' },
      button('SVG', () => save(svg, 'image/svg+xml', `${name}.svg`)),
      button('PNG', () => canvas.toBlob((png) => save(png, 'image/png', `${name}.png`)))),
    el('p', { class: 'hint' }, w.page['share.badgeNote'])];
}
