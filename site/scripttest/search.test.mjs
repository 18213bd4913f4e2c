// The index made in Go is what MiniSearch would have made, and finds what
// people look for. ETALON_SEARCH names a folder with LANG.json (the index) and
// LANG.docs.json (its documents): the Go test writes them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import MiniSearch from '../assets/minisearch.js';
import { options, words } from '../assets/terms.js';

const folder = process.env.ETALON_SEARCH;
const read = (name) => JSON.parse(readFileSync(join(folder, name)));

test('terms', () => {
  assert.deepEqual(words('L’œuvre d’Élodie : 1.3, n° 4…'), ['oeuvre', 'elodie', '1.3', '4']);
  assert.deepEqual(words(' . a ! '), []);
});

for (const lang of ['fr', 'en']) {
  test(`the index in ${lang} is MiniSearch's own`, { skip: !folder }, () => {
    const own = new MiniSearch(options);
    own.addAll(read(`${lang}.docs.json`));
    const [a, b] = [JSON.parse(JSON.stringify(own)), JSON.parse(JSON.stringify(MiniSearch.loadJS(read(`${lang}.json`), options)))];
    const flat = (x) => Object.fromEntries(x.index);
    assert.deepEqual(flat(b), flat(a));
    for (const key of ['documentCount', 'nextId', 'documentIds', 'fieldIds', 'fieldLength', 'averageFieldLength', 'storedFields', 'serializationVersion']) {
      assert.deepEqual(b[key], a[key], key);
    }
  });
}

test('searches find what they should first', { skip: !folder }, () => {
  const index = { fr: MiniSearch.loadJS(read('fr.json'), options), en: MiniSearch.loadJS(read('en.json'), options) };
  for (const [lang, q, want] of [
    ['fr', '1.3', '/fr/competences/1.3/'],
    ['fr', 'TRAITER DES DONNEES', '/fr/competences/1.3/'],
    ['fr', 'évoluer', '/fr/competences/5.2/'],
    ['fr', 'evolu', '/fr/competences/5.2/'],
    ['fr', 'ergonomie du poste', '/fr/recherche/#theme-workstation-ergonomics'],
    ['fr', '1.3 niveau 4', '/fr/competences/1.3/#n4'],
    ['fr', 'programer', '/fr/competences/3.4/'],
    ['fr', 'expert 2', '/fr/niveaux/8/'],
    ['en', 'processing data', '/en/competences/1.3/'],
    ['en', 'PRIVACY protect', '/en/competences/4.2/'],
    ['en', 'pivot table', '/en/competences/1.3/#n5'],
  ]) {
    assert.equal(index[lang].search(q)[0]?.a, want, q);
  }
  assert.deepEqual(index.fr.search('xyzzyq'), []);
});
