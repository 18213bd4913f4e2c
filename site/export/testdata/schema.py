"""schema.py DIR CASE-SCHEMA: validates referential.json and the CASE packages."""

import copy
import json
import pathlib
import sys

import jsonschema

folder, official = pathlib.Path(sys.argv[1]), sys.argv[2]


def load(path):
    return json.loads(pathlib.Path(path).read_text(encoding="utf-8"))


def validator(schema):
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    return kind(schema, format_checker=jsonschema.FormatChecker())


bad = 0


def valid(name, v, data):
    global bad
    for error in v.iter_errors(data):
        bad += 1
        print(f"{name}: {list(error.absolute_path)}: {error.message[:200]}")


case = validator(load(official))
for name in ("case-fr.json", "case-en.json"):
    valid(name, case, load(folder / name))

ours = validator(load(folder / "referential.schema.json"))
document = load(folder / "referential.json")
valid("referential.json", ours, document)


def spoilt(change):
    other = copy.deepcopy(document)
    change(other)
    return other


refused = [
    lambda d: d["competences"].pop(),
    lambda d: d["competences"][3].update(code="6.1"),
    lambda d: d["competences"][3]["descriptors"][2].update(level=9),
    lambda d: d["competences"][3]["title"].pop("en"),
    lambda d: d["themes"][0].update(extra=1),
    lambda d: d["levels"][0]["meaning"].update(fr=""),
    lambda d: d.update(schema="etalon-referential/2"),
    lambda d: d["edition"].update(date=2026),
]
for i, change in enumerate(refused):
    if ours.is_valid(spoilt(change)):
        bad += 1
        print(f"change {i} is accepted")

print(f"2 packages, 1 document valid; {len(refused)} changes refused" if not bad else f"{bad} mistakes")
sys.exit(bad > 0)
