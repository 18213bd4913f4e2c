#!/usr/bin/env python3
"""Verify attestations: an implementation apart, written from the page of formats alone; section numbers are the page's.
    verify.py SITE-FOLDER ROOTS.json LINK|CODE…                 (Debian: python3-cryptography, python3-cbor2)"""
import base64, cbor2, datetime, hashlib, hmac, json, os, re, sys, unicodedata, zlib
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
class Refused(Exception): pass
def need(good, verdict='not-genuine'):
    if not good: raise Refused(verdict)
def sha(b): return hashlib.sha256(b).digest()
def read(fetch, name, verdict): return data if (data := fetch(name)) is not None else need(False, verdict)  # None: not there, or cannot be read
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
def base58(text, size):
    n = 0
    for c in text[1:]: n = n * 58 + '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'.index(c)
    return n.to_bytes(size, 'big') if text[0] == 'z' else need(False)
def multikey(text):  # 1. Keys: a point of the curve, canonical, [L]A = O by the ladder of RFC 7748
    y = int.from_bytes((b := base58(text, 34))[2:], 'little') & (2**255 - 1)
    xx, u = (y * y - 1) * pow(-121665 * pow(121666, -1, P) * y * y + 1, -1, P) % P, (1 + y) * pow(1 - y, -1, P) % P
    low, high = (1, 0), (u, 1)
    for bit in bin(L)[2:]:
        (a, c), (d, e) = (high, low) if bit == '1' else (low, high)
        s, t, m, n = (a + c)**2, (a - c)**2, (a - c) * (d + e), (a + c) * (d - e)
        double, total = (s * t % P, (s - t) * (t + 121666 * (s - t)) % P), ((m + n)**2 % P, u * (m - n)**2 % P)
        low, high = (total, double) if bit == '1' else (double, total)
    need(b[:2] == b'\xed\x01' and y < P and u != 0 and pow(xx, (P - 1) // 2, P) == 1 and low[1] == 0)
    return b[2:]
BAD = re.compile('[\0-\x1f\x7f-\x9f\xad\u061c\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\uf8ff\ufeff\ufff0-\uffff\U000e0000-\U0010ffff]')
def good(s, least, most):  # 2. Texts and dates
    return least <= len(s.encode()) <= most and unicodedata.is_normalized('NFC', s) and s == s.strip(' ') and not BAD.search(s)
def day(n): return datetime.date(1970, 1, 1) + datetime.timedelta(n)
def instant(s): return datetime.datetime.fromisoformat(re.fullmatch(r'(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)Z', s)[1])
def cose(b, manifest, role):  # 3. COSE_Sign1; OpenSSL verifies: S below L, R compared as bytes
    outer = cbor2.loads(b[1:])
    need(b[:8].hex() == 'd28449a201320444' and b[12] == 0xa0 and cbor2.dumps(outer) == b[1:] and list(map(type, outer[2:])) == [bytes] * 2)
    key = manifest['kids'].get(b[8:12]) or need(False, 'unknown-issuer')
    need(key['role'] == role and len(outer[3]) == 64)
    Ed25519PublicKey.from_public_bytes(key['bytes']).verify(outer[3], cbor2.dumps(['Signature1', b[3:12], b'', outer[2]]))
    need(cbor2.dumps(cbor2.loads(outer[2]), canonical=True) == outer[2])
    return cbor2.loads(outer[2]), key
FULL = 'form:i regime:i number:i family:s given:s birth:i place:s centre:s session:i score:i level:i max:i professional:t levels:b pix:b list:i index:i'.split()
SHARE = [f for f in FULL if f[:-2] not in ('birth', 'place', 'centre', 'session', 'levels', 'pix')]
def credential(b, manifest, fetch):  # 4. Credential, and 10, where the roll decides
    claims, key = cose(b, manifest, 'credential')
    (k4, exp), (k6, iat), (private, a) = claims.items()
    shape = {1: FULL, 2: SHARE}[a[0]]
    need(len(b) <= 400 and (k4, k6, private) == (4, 6, -65537) and exp % 86400 == iat % 86400 == 0 and len(a) == len(shape) and all(
        type(v) is {'i': int, 's': str, 'b': bytes, 't': bool}[f[-1]] for v, f in zip([exp, iat] + a, ['exp:i', 'iat:i'] + shape)))
    c = dict(zip([f[:-2] for f in shape], a), issued=day(iat // 86400), last=day(exp // 86400 - 1))
    need(2016 <= c['issued'].year <= 2199 and c['issued'] <= c['last'] and str(c['last']) <= str(c['issued'].year + 10) + str(c['issued'])[4:] and c['regime'] in (0, 1))
    need(2016 <= c['number'] // 10**7 <= 2199 and c['number'] % 10**7 and 1 <= c['max'] <= 8 and 0 <= c['score'] <= 128 * c['max'])
    need(0 <= c['level'] <= (0 if c['regime'] else c['max']) and 1 <= c['list'] <= 2**20 and 0 <= c['index'] < 2**18)
    need(good(c['family'], 1, 128) and good(c['given'], 0, 128) and key['notBefore'] <= str(c['issued']) <= key['notAfter'])
    if c['form'] == 1:
        need(good(c['place'], 0, 96) and good(c['centre'], 1, 128) and sum(len(c[f].encode()) for f in ('family', 'given', 'place', 'centre')) <= 232)
        need(datetime.date(1900, 1, 1) <= day(c['birth']) < day(c['session']) <= c['issued'] and day(c['session']).year >= 2016)
        levels = c['levels'] = [n for b in c['levels'] for n in (b >> 4, b & 15)]
        need(len(levels) == 16 and max(levels) <= c['max'] and (c['pix'] == b'' if c['regime'] == 0 else
             max(c['pix']) <= 64 and [p // 8 for p in c['pix']] == levels and sum(c['pix']) == c['score']))
    if key['state'] == 'compromised':
        shard = read(fetch, 'roll/%02x' % sha(b)[0], 'unknown-issuer')
        need(sha(shard).hex() == manifest['roll'][sha(b)[0]], 'unknown-issuer')
        need(sha(b)[:16] in [shard[i:i + 16] for i in range(0, len(shard), 16)])
    return c
LINK = re.compile(r'(https://[^\s/?#@]+|http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?)(/[^\s?#]*)?/(v|fr/verifier|en/verify)/?(\?[^\s#]*)?')
def qr(text):  # 5. QR text
    link, mark, digits = text.rpartition('#')
    need((not mark or LINK.fullmatch(link)) and re.fullmatch('[1-9][0-9]{0,963}', digits))
    b = int(digits).to_bytes(401, 'big').lstrip(b'\0')
    return b[1:] if b[0] == 1 else need(False)
def access_code(text):  # 6. Access code
    s = re.sub('[\\s._\xad\u2010-\u2015\u2212\u202f\u200b\ufeff-]', '', text).upper().translate(str.maketrans('OIL', '011'))
    v, total = ['0123456789ABCDEFGHJKMNPQRSTVWXYZ'.find(c) for c in (s[1:] if len(s) == 22 and s[0] == 'P' else s)], 0
    for x in reversed(v): total = (total << 1) ^ (0x25 if total & 16 else 0) ^ x
    need(len(v) == 21 and min(v) >= 0 and total == 0, 'not-found')
    return sum(x << 5 * (19 - i) for i, x in enumerate(v[:20])).to_bytes(13, 'big')
def derive(code, info, size): return hmac.digest(hmac.digest(b'etalon/1', code, 'sha256'), info + b'\1', 'sha256')[:size]  # RFC 5869, one block
def entry(code, manifest, fetch):  # 7 and 8. Sealed entry
    where = derive(code, b'locator', 16)
    sealed = read(fetch, 'registry/%s/%s' % (where.hex()[:2], where.hex()), 'not-found')
    padded = AESGCM(derive(code, b'entry key', 32)).decrypt(sealed[1:13], sealed[13:], b'entry\0' + where)
    content = padded.rstrip(b'\0')
    need(sealed[:1] == b'\1' and len(sealed) <= 65536 + 29 and content[-1] == 0x80 and -(-len(content) // 1024) * 1024 == len(padded)
         and hmac.digest(derive(code, b'nonce key', 32), b'entry\0' + padded, 'sha256')[:12] == sealed[1:13])
    (version, locator, full, share, record, forms), key = cose(content[:-1], manifest, 'entry')
    need(version == 1 and locator == where and key['state'] != 'compromised' and 1 <= len(record) <= 49152 and len(forms) <= 64)
    need(len({(f, h) for f, h in forms}) == len(forms) and all(re.fullmatch('[a-z][a-z0-9-]{0,15}', f) and len(h) == 32 for f, h in forms))
    return full, share, json.loads(record), forms
def jcs(v): return json.dumps(v, sort_keys=True, separators=(',', ':'), ensure_ascii=False).encode()
def signed_json(data):  # 9. Signed JSON: member names are ASCII, numbers whole
    doc = json.loads(data)
    need(jcs(doc) == data)
    proof = doc.pop('proof')
    signature, text, created = base58(proof.pop('proofValue'), 64), proof['verificationMethod'].partition('#')[2], proof['created']
    need(proof == dict({'@context': doc['@context']} if '@context' in doc else {}, created=created, cryptosuite='eddsa-jcs-2022',
                       proofPurpose='assertionMethod', type='DataIntegrityProof', verificationMethod='did:key:%s#%s' % (text, text)))
    Ed25519PublicKey.from_public_bytes(multikey(text)).verify(signature, sha(jcs(proof)) + sha(jcs(doc)))
    return doc, text, created
def lasts(first, end): return datetime.timedelta(0) < instant(end) - instant(first) <= datetime.timedelta(90)
def manifest(fetch, roots, least):  # 10. Key manifest
    doc, signer, created = signed_json(read(fetch, 'keys.json', 'unknown-issuer'))
    need(set(doc) - {'roll'} == {'created', 'issuer', 'keys', 'schema', 'sequence', 'validUntil'} and doc['schema'] == 'etalon-keys/1')
    need(signer in roots and doc['sequence'] >= max(least, 1) and doc['created'] == created and lasts(created, doc['validUntil']))
    for k in doc['keys']:
        need(sorted(k) == ['name', 'notAfter', 'notBefore', 'publicKeyMultibase', 'role', 'state'] and good(k['name'], 1, 64))
        need(k['role'] in ('credential', 'entry', 'status') and k['state'] in ('active', 'retired', 'compromised'))
        k['bytes'] = multikey(k['publicKeyMultibase'])
    doc['kids'] = {sha(k['bytes'])[:4]: k for k in doc['keys']}
    need(len(doc['keys']) == len(doc['kids']) == len({k['name'] for k in doc['keys']}) <= 64)
    need('roll' in doc or not any(k['role'] == 'credential' and k['state'] == 'compromised' for k in doc['keys']))
    return doc
def status(number, index, manifest, fetch, roots, now):  # 11. Status list
    doc, signer, created = signed_json(read(fetch, 'status/%d.json' % number, 'unknown'))
    at, final, packed = doc['id'], 'validUntil' not in doc, doc['credentialSubject']['encodedList']
    need(doc == dict({} if final else {'validUntil': doc['validUntil']}, **{'@context': ['https://www.w3.org/ns/credentials/v2'], 'id': at,
        'issuer': 'did:key:' + signer, 'validFrom': created, 'type': ['VerifiableCredential', 'BitstringStatusListCredential'],
        'credentialSubject': {'encodedList': packed, 'id': at + '#list', 'statusPurpose': 'message', 'type': 'BitstringStatusList'}}))
    need(at.endswith('/status/%d.json' % number) and (signer in roots if final else lasts(created, doc['validUntil']) and any(
        k['publicKeyMultibase'] == signer and k['role'] == 'status' and k['state'] != 'compromised' and
        k['notBefore'] <= created[:10] <= k['notAfter'] for k in manifest['keys'])))
    gzip, zipped = zlib.decompressobj(31), base64.urlsafe_b64decode(packed[1:] + '==')
    bits = gzip.decompress(zipped, 65537)
    need(packed == 'u' + base64.urlsafe_b64encode(zipped).decode().rstrip('=') and gzip.eof and not gzip.unused_data and len(bits) == 65536)
    need(instant(created) <= now and (final or now < instant(doc['validUntil'])))
    return ('valid', 'revoked', 'suspended', 'superseded')[bits[index // 4] >> 6 - 2 * (index % 4) & 3], final
def agree(share, c, record):  # 14. A whole check
    says, levels = dict(record['candidate'], **record), dict(zip('1.1 1.2 1.3 2.1 2.2 2.3 2.4 3.1 3.2 3.3 3.4 4.1 4.2 4.3 5.1 5.2'.split(), c['levels']))
    must = dict(state='final', outcome='validated', regime=('adaptive', 'profile')[c['regime']], centre=c['centre'], sessionDate=str(day(c['session'])),
                familyName=c['family'], givenNames=c['given'], birthDate=str(day(c['birth'])), birthPlace=c['place'])
    may = dict({} if c['regime'] else {'level': c['level']}, score=c['score'], maxLevel=c['max'], professional=c['professional'])
    return (share['form'] == 2 and all(share[f] == c[f] for f in share if f != 'form') and all(says[k] == v for k, v in must.items()) and
            all(says.get(k, v) == v for k, v in may.items()) and all(levels.get(k) == v for k, v in says.get('levels', {}).items()))
def check(text, fetch, now, roots, leastSequence):  # 15. Verdicts
    try:
        code, b = (None, qr(text)) if re.search('[#/:]', text) or len(text) > 60 and text.isdigit() else (access_code(text), None)
        try: keys = manifest(fetch, roots, leastSequence)
        except Exception: raise Refused('unknown-issuer')
        if code: b, share, record, forms = entry(code, keys, fetch)
        c = credential(b, keys, fetch)
        if code: need(agree(credential(share, keys, fetch), c, record))
        try: value, final = status(c['list'], c['index'], keys, fetch, roots, now)
        except Exception: value, final = 'unknown', False
        current = final or instant(keys['created']) <= now < instant(keys['validUntil'])
        withdrawn, expired = value in ('revoked', 'superseded', 'suspended'), now.date() > c['last']
        return value if withdrawn else 'expired' if expired else 'valid' if value == 'valid' and current else 'status-unknown'
    except Refused as refused: return str(refused)
    except Exception: return 'not-genuine'  # damaged in a way of its own
if __name__ == '__main__':
    def folder(name): return open(path, 'rb').read() if os.path.isfile(path := os.path.join(sys.argv[1], name)) else None
    for line in sys.argv[3:]: print(check(line.strip(), folder, datetime.datetime.utcnow(), **json.load(open(sys.argv[2]))))
