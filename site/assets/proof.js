// Data Integrity proofs of cryptosuite eddsa-jcs-2022 (section 9).
import { concat, sha256, text, utf8 } from './bytes.js';
import { canonicalize, parse } from './jcs.js';
import { decodeBase58, parseMultikey, verify } from './keys.js';

const members = ['created', 'cryptosuite', 'proofPurpose', 'proofValue', 'type', 'verificationMethod'];

// instant reads 2006-01-02T15:04:05Z, and only that spelling, as a Date.
export function instant(s) {
  const t = new Date(typeof s === 'string' ? s : NaN);
  if (Number.isNaN(t.getTime()) || t.toISOString().replace('.000Z', 'Z') !== s) throw new Error('time: want 2006-01-02T15:04:05Z');
  return t;
}

// hashData is what the key signs.
export async function hashData(proof, doc) {
  const { proofValue, ...config } = proof;
  return concat(await sha256(utf8(canonicalize(config))), await sha256(utf8(canonicalize(doc))));
}

// openDocument verifies a signed JSON document with the key that its own proof
// names, and returns {doc, key, created}. Whether that key counts is for the
// caller to decide before it reads the rest.
export async function openDocument(bytes) {
  const { proof, ...doc } = parse(text(bytes));
  const expected = [...members, ...('@context' in doc ? ['@context'] : [])].sort();
  if (canonicalize(Object.keys(proof).sort()) !== canonicalize(expected)) throw new Error('proof: members');
  if (proof.cryptosuite !== 'eddsa-jcs-2022' || proof.proofPurpose !== 'assertionMethod' || proof.type !== 'DataIntegrityProof') throw new Error('proof: kind');
  if ('@context' in doc && canonicalize(proof['@context']) !== canonicalize(doc['@context'])) throw new Error('proof: context');
  const created = instant(proof.created);
  const [did, fragment, ...rest] = proof.verificationMethod.split('#');
  if (rest.length || did !== `did:key:${fragment}`) throw new Error('proof: verification method');
  const key = await parseMultikey(fragment);
  if (proof.proofValue[0] !== 'z') throw new Error('proof: value');
  if (!(await verify(key, await hashData(proof, doc), decodeBase58(proof.proofValue.slice(1))))) throw new Error('proof: signature');
  return { doc, key, created };
}
