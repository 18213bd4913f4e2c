// A permanent identifier leads to the page in the reader's language: the first
// of the browser's languages that there is, the fragment kept.
const ways = new Map(Array.from(document.querySelectorAll('.choose a'), (a) => [a.hreflang, a]));
const wanted = (navigator.languages ?? []).map((l) => l.slice(0, 2)).find((l) => ways.has(l)) ?? 'fr';
const inside = document.getElementById(location.hash.slice(1))?.querySelector(`a[hreflang="${wanted}"]`);
location.replace((inside ?? ways.get(wanted)).href);
