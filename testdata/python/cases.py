#!/usr/bin/env python3
"""Hold verify.py to testdata/verdicts/cases.json: prints what differs, then how many cases it answered."""
import base64, json, os, sys
import verify

def blob(b): return None if b is None or b is False else bytes(b) if isinstance(b, int) else base64.b64decode(b)

here = os.path.dirname(os.path.abspath(__file__))
table, answered, wrong = json.load(open(os.path.join(here, '../verdicts/cases.json'), encoding='utf-8')), 0, 0
for case in table['cases']:
    if case['input'] == 'pdf': continue  # the signed text in it is a QR text and a code: section 13
    files = dict(table['files'], **case.get('files', {}))
    def fetch(name): return blob(files.get(name))
    now = verify.instant(case.get('now', table['now']))
    pins = {name: case.get(name, table[name]) for name in ('roots', 'leastSequence')}
    got = verify.check(case.get('text', '').strip(), fetch, now, **pins)
    answered += 1
    if got != case['verdict']:
        wrong += 1
        print('%s: %s, want %s' % (case['name'], got, case['verdict']))
print('%d cases' % answered)
sys.exit(1 if wrong else 0)
