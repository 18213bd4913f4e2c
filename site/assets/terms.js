// What is typed is folded and cut into terms as texts were when the index was
// made: search.go and index.go of package site.

// fold and words do as the functions of these names in Go.
export const fold = (s) => s.normalize('NFD').toLowerCase().replace(/\p{Mn}/gu, '').replace(/œ/g, 'oe').replace(/æ/g, 'ae').replace(/ß/g, 'ss');

const idle = new Set(`an and are as at au aux avec be but by ce ces cet cette comme dans de
  des du elle elles en est et for from has have if il ils in into is it
  its je la le les leur leurs lui mais ne not nous of on or ou par pas
  pour qu que qui sa sans se ses si son sont sur that the their them they
  this to un une vos votre vous was which who with you your`.split(/\s+/));
export const words = (s) => fold(s).split(/[^.\p{L}\p{Nd}]+/u).map((w) => w.replace(/^\.+|\.+$/g, '')).filter((w) => (w.length > 1 && !idle.has(w)) || /^\d$/.test(w));

export const options = {
  fields: ['title', 'text'], storeFields: ['k', 't', 'a', 'x'], tokenize: words, processTerm: (w) => w,
  searchOptions: {
    boost: { title: 4 }, combineWith: 'AND', prefix: true, fuzzy: (w) => (w.length > 4 && !/\d/.test(w) ? 0.2 : false),
    boostDocument: (id, term, stored) => ({ competence: 2, domain: 1.6, theme: 1.6, level: 1.3 }[stored.k] ?? 1),
  },
};
