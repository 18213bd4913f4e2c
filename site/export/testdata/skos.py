"""skos.py DIR: parses the Turtle and the JSON-LD, wants them equal, and checks
the integrity conditions of the SKOS Reference that can be broken by data."""

import collections
import pathlib
import sys

from rdflib import Graph, Literal, RDF, SKOS, URIRef
from rdflib.compare import isomorphic

folder = pathlib.Path(sys.argv[1])
g = Graph().parse(folder / "referential.ttl", format="turtle")
other = Graph().parse(folder / "referential.jsonld", format="json-ld")
bad = []


def wrong(condition, what):
    bad.append(f"{condition}: {what}")


if not isomorphic(g, other):
    wrong("files", f"Turtle ({len(g)}) and JSON-LD ({len(other)}) say different things")

concepts = set(g.subjects(RDF.type, SKOS.Concept))
schemes = set(g.subjects(RDF.type, SKOS.ConceptScheme))
collections_ = set(g.subjects(RDF.type, SKOS.Collection)) | set(g.subjects(RDF.type, SKOS.OrderedCollection))

# S9, S37: classes are disjoint.
for both in (concepts & schemes) | (concepts & collections_) | (schemes & collections_):
    wrong("S9 S37", both)

labels = (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel)
for s in set(g.subjects()):
    # S12: labels are plain literals.
    for p in labels:
        for o in g.objects(s, p):
            if not isinstance(o, Literal) or o.datatype is not None:
                wrong("S12", f"{s} {p} {o!r}")
    # S13: the three kinds of label are disjoint.
    for i, p in enumerate(labels):
        for q in labels[i + 1:]:
            for o in set(g.objects(s, p)) & set(g.objects(s, q)):
                wrong("S13", f"{s} {o!r}")
    # S14: one preferred label a language at most; here exactly one.
    count = collections.Counter(o.language for o in g.objects(s, SKOS.prefLabel))
    if s in concepts | schemes and count != {"fr": 1, "en": 1}:
        wrong("S14", f"{s} {dict(count)}")


def closure(start, *properties):
    seen, todo = set(), [start]
    while todo:
        for p in properties:
            for o in g.objects(todo[-1], p):
                if o not in seen:
                    seen.add(o)
                    todo.insert(0, o)
        todo.pop()
    return seen


up = {c: closure(c, SKOS.broader, SKOS.broaderTransitive, SKOS.broadMatch) for c in concepts}
for c in concepts:
    if c in up[c]:
        wrong("cycle", c)
    # S27: related is disjoint with broaderTransitive, both ways.
    for o in set(g.objects(c, SKOS.related)) | set(g.objects(c, SKOS.relatedMatch)):
        if o in up[c] or c in up.get(o, ()):
            wrong("S27", f"{c} {o}")
    # S46: exactMatch is disjoint with broadMatch and relatedMatch.
    exact = closure(c, SKOS.exactMatch)
    if exact & (set(g.objects(c, SKOS.broadMatch)) | set(g.objects(c, SKOS.relatedMatch))):
        wrong("S46", c)

# S7, S8: a top concept is in its scheme, both ways of saying it agree.
for scheme, top in g.subject_objects(SKOS.hasTopConcept):
    if (top, SKOS.topConceptOf, scheme) not in g or (top, SKOS.inScheme, scheme) not in g or list(g.objects(top, SKOS.broader)):
        wrong("S7 S8", top)

# S19, S25: narrower is the inverse of broader; both hold concepts alone.
for s, o in g.subject_objects(SKOS.broader):
    if (o, SKOS.narrower, s) not in g or s not in concepts or o not in concepts:
        wrong("S19 S25", f"{s} broader {o}")
for s, o in g.subject_objects(SKOS.narrower):
    if (o, SKOS.broader, s) not in g:
        wrong("S25", f"{s} narrower {o}")

# A notation names one concept of a scheme; a concept has one scheme, a
# definition in both languages or none, and its path to the top.
notations = collections.Counter()
for c in concepts:
    (scheme,) = g.objects(c, SKOS.inScheme)
    if scheme not in schemes:
        wrong("inScheme", c)
    for n in g.objects(c, SKOS.notation):
        notations[scheme, n] += 1
    languages = sorted(o.language for o in g.objects(c, SKOS.definition))
    if languages not in (["en", "fr"], []):
        wrong("definition", f"{c} {languages}")
    if not (up[c] | {c}) & set(g.objects(scheme, SKOS.hasTopConcept)):
        wrong("no way to the top", c)
for key, n in notations.items():
    if n != 1:
        wrong("notation", f"{key} {n} times")

terms = URIRef("https://schema.org/DefinedTerm")
sets = URIRef("https://schema.org/DefinedTermSet")
if set(g.subjects(RDF.type, terms)) != concepts or set(g.subjects(RDF.type, sets)) != schemes:
    wrong("schema.org", "terms are not the concepts")

want = 5 + 16 + 82 + 128 + 4 + 8
if len(concepts) != want or len(schemes) != 2:
    wrong("count", f"{len(concepts)} concepts of {want}, {len(schemes)} schemes")

for line in bad:
    print(line)
print(f"{len(g)} triples, {len(concepts)} concepts in {len(schemes)} schemes, {len(bad)} mistakes")
sys.exit(len(bad) > 0)
