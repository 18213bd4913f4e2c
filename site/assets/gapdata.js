// Profiles as data: what the gap tool computes, apart from what it shows.
// A profile is an array of 16 levels, 0 to 8, or null where none is given, in
// the order of the referential.
export const size = 16;
export const top = 8;
export const maxRows = 500;
export const maxText = 300000; // characters of a group's file

export const empty = () => Array(size).fill(null);

// readFragment reads #e=…&g=… : 16 digits or hyphens each.
export function readFragment(hash) {
  const out = { expected: null, given: null };
  for (const [key, value] of new URLSearchParams(hash.replace(/^#/, ''))) {
    const name = { e: 'expected', g: 'given' }[key];
    if (name && /^[0-8-]{16}$/.test(value)) out[name] = Array.from(value, (c) => (c === '-' ? null : Number(c)));
  }
  return out;
}

const digits = (profile) => profile.map((n) => n ?? '-').join('');

// writeFragment is readFragment the other way; '' when nothing is set.
export function writeFragment(expected, given) {
  const parts = [];
  if (expected.some((n) => n !== null)) parts.push(`e=${digits(expected)}`);
  if (given.some((n) => n !== null)) parts.push(`g=${digits(given)}`);
  return parts.length ? `#${parts.join('&')}` : '';
}

// gaps: given − expected for each competence, null where one is missing.
export const gaps = (expected, given) => expected.map((e, i) => (e === null || given[i] === null ? null : given[i] - e));

// summary counts what is compared, reached, missing (levels in all), and lists
// the largest distances, at most three, by competence.
export function summary(expected, given) {
  const g = gaps(expected, given);
  const compared = g.filter((n) => n !== null);
  const worst = g.map((n, i) => ({ n, i })).filter(({ n }) => n !== null && n < 0).sort((a, b) => a.n - b.n || a.i - b.i).slice(0, 3);
  return {
    compared: compared.length,
    reached: compared.filter((n) => n >= 0).length,
    missing: compared.reduce((sum, n) => sum + Math.max(0, -n), 0),
    worst: worst.map(({ n, i }) => ({ index: i, gap: n })),
  };
}

// cells cuts a line of a CSV file; a quoted cell may hold the separator.
function cells(line, separator) {
  const out = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const c = line[i];
    if (quoted && c === '"' && line[i + 1] === '"') {
      cell += '"';
      i++;
    } else if (c === '"' && (quoted || cell === '')) quoted = !quoted;
    else if (c === separator && !quoted) {
      out.push(cell.trim());
      cell = '';
    } else cell += c;
  }
  out.push(cell.trim());
  return out;
}

const separatorOf = (line) => [';', '\t', ','].find((s) => cells(line, s).length > size) ?? null;
const level = (s) => (s === '' || s === '-' ? null : /^[0-8]$/.test(s) ? Number(s) : undefined);

// readGroup reads the lines that somebody pasted or dropped: a CSV file whose
// lines are a name and 16 levels (in the order of a first line of codes, when
// there is one), and links or codes of attestations. It returns
// {people: [{name, levels}], links: [{line, text}], errors: [{line, problem}]};
// problem is "columns", "level", "rows" or "size".
export function readGroup(text, codes) {
  const out = { people: [], links: [], errors: [] };
  if (text.length > maxText) {
    out.errors.push({ line: 1, problem: 'size' });
    return out;
  }
  let order = null;
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
  for (let n = 0; n < lines.length; n++) {
    if (lines[n].trim() === '') continue;
    if (out.people.length + out.links.length >= maxRows) {
      out.errors.push({ line: n + 1, problem: 'rows' });
      break;
    }
    const separator = separatorOf(lines[n]);
    if (!separator) {
      if (/[#/]|^\s*P-/i.test(lines[n]) || /^\s*[0-9]{60,}\s*$/.test(lines[n])) out.links.push({ line: n + 1, text: lines[n].trim() });
      else out.errors.push({ line: n + 1, problem: 'columns' });
      continue;
    }
    const row = cells(lines[n], separator);
    if (!order && codes.every((c) => row.includes(c))) {
      order = codes.map((c) => row.indexOf(c));
      continue;
    }
    const levels = codes.map((c, i) => level(row[order ? order[i] : i + 1] ?? ''));
    if (levels.includes(undefined)) out.errors.push({ line: n + 1, problem: 'level' });
    else out.people.push({ name: row[0], levels });
  }
  return out;
}

// groupSummary gives, for each competence: how many have a level, how many
// reach what is expected (null where nothing is), and the median level.
export function groupSummary(expected, people) {
  return expected.map((e, i) => {
    const levels = people.map((p) => p.levels[i]).filter((n) => n !== null).sort((a, b) => a - b);
    const half = levels.length >> 1;
    const median = levels.length === 0 ? null : levels.length % 2 ? levels[half] : (levels[half - 1] + levels[half]) / 2;
    return { n: levels.length, reached: e === null ? null : levels.filter((n) => n >= e).length, median };
  });
}

// csv writes rows for a spreadsheet: semicolons, quotes where needed, and no
// cell that a spreadsheet would take for a formula.
export function csv(rows) {
  const cell = (v) => {
    let s = v === null || v === undefined ? '' : String(v);
    if (typeof v === 'string' && /^[=+\-@\t\r]/.test(s)) s = `'${s}`;
    return /[";\n\r]/.test(s) ? `"${s.replaceAll('"', '""')}"` : s;
  };
  return '\ufeff' + rows.map((r) => r.map(cell).join(';')).join('\r\n') + '\r\n';
}
