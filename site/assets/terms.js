// What is typed is folded and cut into terms as texts were when the index was
// made: search.go and index.go of package site.

// fold and words do as the functions of these names in Go.
export const fold = (s) => s.normalize('NFD').toLowerCase().replace(/\p{Mn}/gu, '').replace(/œ/g, 'oe').replace(/æ/g, 'ae').replace(/ß/g, 'ss');

const idle = new Set(`after all also an and any apres are as at au aussi autre autres aux
  avant avec be before but by can ce ces cet cette chaque comme dans de
  des deux do does dont du each elle elles en entre est et etre faire fait
  for from has have if il ils in into is it its je la le les leur leurs
  level levels lorsque lui mais may meme more ne ni niveau niveaux not
  nous of on only ont or other others ou par pas peut plus pour puis qu
  quand que qui sa same sans se ses si son sont sous sur that the their
  them then these they this to tous tout toute toutes un une vos votre
  vous was what when which who will with y you your`.split(/\s+/));
export const words = (s) => fold(s).split(/[^.\p{L}\p{Nd}]+/u).map((w) => w.replace(/^\.+|\.+$/g, '')).filter((w) => (w.length > 1 && !idle.has(w)) || /^\d$/.test(w));

export const options = {
  fields: ['title', 'text'], storeFields: ['k', 't', 'a', 'x'], tokenize: words, processTerm: (w) => w,
  searchOptions: {
    boost: { title: 4 }, combineWith: 'AND', prefix: true, fuzzy: (w) => (w.length > 4 && !/\d/.test(w) ? 0.2 : false),
    boostDocument: (id, term, stored) => ({ competence: 2, domain: 1.6, theme: 1.6, level: 1.3 }[stored.k] ?? 1),
  },
};
