// Canonical JSON (RFC 8785).

// canonicalize writes a parsed JSON value in its one form.
export function canonicalize(v) {
  if (Array.isArray(v)) return `[${v.map(canonicalize).join(',')}]`;
  if (v !== null && typeof v === 'object') {
    // Array.prototype.sort compares UTF-16 code units, as the RFC asks.
    return `{${Object.keys(v).sort().map((k) => `${string(k)}:${canonicalize(v[k])}`).join(',')}}`;
  }
  if (typeof v === 'string') return string(v);
  if (typeof v === 'number' && !Number.isFinite(v)) throw new Error('jcs: number without a JSON form');
  return JSON.stringify(v);
}

function string(s) {
  if (/\p{Surrogate}/u.test(s)) throw new Error('jcs: half of a character');
  return JSON.stringify(s);
}

// parse reads text that is already canonical, and throws otherwise: so also
// when a name stands twice in an object.
export function parse(s) {
  const value = JSON.parse(s);
  if (canonicalize(value) !== s) throw new Error('jcs: not in its canonical form');
  return value;
}
