// Package signing is everything Étalon signs, seals and reads back: keys, the
// credential in the QR code, the access code, the registry entry, the status
// list, the key manifest and the roll.
//
// This comment is the specification of those formats, complete enough to
// verify an attestation in another language; testdata/signing/vectors.json
// holds an example of each with its intermediate values, made with TEST keys.
// The code cites its sections.
//
//	c, err := OpenCredential(qrBytes, manifest) // *Credential, or a reason why not
//	s := list.At(c.Index, now)                  // Valid, Revoked, … Unknown
//
// Two rules hold everywhere. Every signed or sealed thing has exactly one
// form: what does not equal its own re-encoding, byte for byte, is refused,
// and so is anything unknown in it. And nothing unverified leaves an Open
// function: its error says why, and quotes nothing.
//
// "‖" joins bytes. Integers are big-endian. Hexadecimal digits are lower case.
// "Bytes" of a text are those of its UTF-8.
//
// # 1. Keys
//
// All signatures are Ed25519 (RFC 8032), verified without cofactor: S below
// L, and R, compared as bytes, therefore canonical. A public key is refused
// unless its encoding is canonical, it is not the identity, and [L]A = O, so
// that small-order and mixed-order keys never verify anything. A signature is
// never used as an identifier.
//
// A key's kid is the first 4 bytes of the SHA-256 of its 32 bytes. In text it
// is a W3C Multikey: "z" ‖ base58btc(ed 01 ‖ 32 bytes), 48 characters from
// "z6Mk"; in proofs "did:key:" ‖ Multikey ‖ "#" ‖ Multikey.
//
// Each key has one role: root (signs manifests, and the final status lists of
// a service that closes), credential, entry, status. A signature made by a
// known key in another role is not genuine.
//
// # 2. Texts and dates
//
// A text is valid UTF-8 in normalisation form C, without U+0020 at either
// end, and without any of: U+0000–001F, 007F–009F, 00AD, 061C, 180B–180F,
// 200B–200F, 2028–202E, 2060–206F, D800–F8FF, FEFF, FFF0–FFFF, E0000 and
// above (controls, invisible and bidirectional format characters, private
// use). Its length is bounded in bytes.
//
// A date is a number of days since 1970-01-01, negative before. A validity of
// n years from a day of issue ends with the same day and month n years later
// (28 February where there is no 29), that day included. Instants in JSON are
// UTC to the second: 2026-11-20T12:00:00Z.
//
// # 3. COSE_Sign1
//
// Credentials and entries are COSE_Sign1 messages (RFC 9052), tagged, in the
// deterministic encoding of RFC 8949 section 4.2.1:
//
//	d2                      tag 18
//	84                      array of 4
//	  49 a2 01 32 04 44 kid   protected: {1 (alg): −19 (Ed25519, RFC 9864), 4 (kid): 4 bytes}
//	  a0                      unprotected: empty, always
//	  payload                 byte string
//	  58 40 signature         byte string of 64
//
// The signature is over the Sig_structure, an array of "Signature1", the
// protected header as above (9 bytes), an empty byte string (no external
// data) and the payload: 84 6a 5369676e617475726531 49 … 40 payload.
//
// A reader checks in this order: form (else not genuine), kid (else unknown
// issuer), the key's role, signature, content, window, state.
//
// # 4. Credential
//
// At most 400 bytes. The payload is a CWT claims set (RFC 8392), a map:
//
//	4 (exp)   00:00 UTC of the day after the last day of validity, in seconds since 1970
//	6 (iat)   00:00 UTC of the day of issue
//	−65537    array, its first element the form
//
// Form 1, full, 17 elements: everything page 1 of the attestation prints.
//
//	 1 form          1
//	 2 regime        0 adaptive, 1 profile
//	 3 number        year × 10,000,000 + rank from 1; 20260000123 is printed 2026-0000123
//	 4 family name   text, 1 to 128 bytes
//	 5 given names   text, 0 to 128 bytes
//	 6 birth date    days; from 1900-01-01, before the session
//	 7 birth place   text, 0 to 96 bytes
//	 8 centre        text, 1 to 128 bytes
//	 9 session date  days; not after the day of issue
//	10 score         pix, 0 to 128 × max level; in the profile regime the sum of element 15
//	11 level         global level, 0 to max level; 0 in the profile regime, which has none
//	12 max level     highest level of the framework, 1 to 8
//	13 professional  true or false
//	14 levels        8 bytes: 16 levels of 4 bits in the order of codes 1.1, 1.2, … 5.2,
//	                 the first of a pair in the high half; each at most the max level
//	15 pix           adaptive: empty; profile: 16 bytes, pix by competence, level = ⌊pix/8⌋
//	16 list          status list, 1 to 2^20
//	17 index         place in it, below 2^18
//
// Elements 4, 5, 7 and 8 have at most 232 bytes together. Dates of session and
// issue lie in 2016–2199, the last day of validity at most ten years after
// issue. A corrected re-issue keeps both dates and changes number of list and
// index.
//
// Form 2, share, 11 elements: what a link on a curriculum vitae shows, with no
// birth data: 2, regime, number, family name, given names, score, level, max
// level, professional, list, index, each as above.
//
// The key is one of role credential whose window holds the day of issue.
// Active and retired keys count alike. A compromised one: section 10. A day of
// issue in the future is not refused: the window bounds it, and clocks of
// readers are often wrong.
//
// # 5. QR text
//
//	https://HOST/v#DIGITS
//
// DIGITS is the integer 01 ‖ credential in decimal, without leading zeros: one
// spelling only, 964 digits at most. A browser never sends what stands after
// the # to a server. Readers accept bare digits, and any link of https (http
// to localhost) whose path ends in /v, /fr/verifier or /en/verify, with or
// without a slash at the end or a query, which they drop: the host proves
// nothing.
//
// # 6. Access code
//
//	P-XXXXX-XXXXX-XXXXX-XXXXX-C
//
// 100 random bits as 20 symbols of 5 bits, the first symbol the highest bits,
// in Crockford's alphabet 0123456789ABCDEFGHJKMNPQRSTVWXYZ, and a check symbol
// C. With c0…c19 the values of the symbols and c20 that of C, as elements of
// GF(32) = GF(2)[x]/(x⁵ + x² + 1) (bit i the coefficient of x^i) and α = x:
//
//	Σ α^i · c_i = 0, i = 0 … 20
//
// α has order 31, so its powers here differ: every substitution of one symbol
// and every exchange of two different ones, near or far, is caught. All codes
// begin with the letter P, which carries nothing. Readers ignore case, spaces,
// hyphens and dashes, full stops and underscores, take O for 0, I and L for 1,
// and a missing P.
//
// The code's secret is the 100 bits as a 13-byte integer, the first 4 bits 0.
// HKDF-SHA-256 (RFC 5869) with it as input key, salt "etalon/1", gives:
//
//	info "locator"     16 bytes   name of the files in the registry
//	info "entry key"   32 bytes   AES-256 key of the entry
//	info "pdf key"     32 bytes   AES-256 key of the PDFs
//	info "nonce key"   32 bytes   HMAC key
//
// # 7. Sealed files
//
//	registry/ab/LOCATOR        the entry          kind "entry"
//	registry/ab/LOCATOR.FORM   an issued PDF      kind "pdf:FORM"
//
// LOCATOR is 32 hexadecimal digits, ab the first two. FORM is "fr", "en" or
// another name of 1 to 16 characters: a lower-case letter, then those, digits
// and hyphens. The file is
//
//	01 ‖ nonce (12 bytes) ‖ AES-256-GCM(padded) with its 16-byte tag
//
// with additional data kind ‖ 00 ‖ locator (16 bytes). padded is the content,
// 80, and the fewest zeros that fill a multiple of 1024 bytes (entry, at most
// 64 KiB) or of 16384 (PDF, at most 4 MiB). nonce is the first 12 bytes of
// HMAC-SHA-256(nonce key, kind ‖ 00 ‖ padded), so that equal content gives
// equal bytes and different content never meets the same nonce; a reader
// computes it again. The code's holder could seal anything: what vouches for
// the content is the signature inside the entry, and for a PDF its hash there.
//
// # 8. Entry
//
// The content of the sealed entry is a COSE_Sign1 by a key of role entry,
// active or retired. It carries no date, so no window applies; a compromised
// key's entries are refused and must be sealed again. The payload is an array:
//
//	1 version      1
//	2 locator      byte string of 16, equal to the one the code gives
//	3 credential   byte string: form 1
//	4 share        byte string: form 2 with the same fields
//	5 record       byte string: the engine's final record, 1 to 49152 bytes
//	6 forms        array, at most 64, of [form text, SHA-256 byte string of 32]
//
// Forms are in order of issue; the list grows and never shrinks, and holds no
// pair twice. A PDF in the list is "byte for byte the issued file". The
// credentials inside are verified on their own, as section 4 says.
//
// # 9. Signed JSON
//
// Manifest and status list are JSON objects with a Data Integrity proof of
// cryptosuite eddsa-jcs-2022 (W3C VC-DI-EdDSA). The published bytes are the
// RFC 8785 (JCS) form of the whole, without a line end. The proof has exactly
// these members:
//
//	"@context"            a copy of the document's, where it has one
//	"created"             instant
//	"cryptosuite"         "eddsa-jcs-2022"
//	"proofPurpose"        "assertionMethod"
//	"proofValue"          "z" ‖ base58btc(signature)
//	"type"                "DataIntegrityProof"
//	"verificationMethod"  "did:key:z6Mk…#z6Mk…"
//
// The signature is over SHA-256(JCS(proof without proofValue)) ‖
// SHA-256(JCS(document without proof)), 64 bytes.
//
// An issuer's decisions about its attestations, which it does not publish, are
// signed in the same way by a key of role status.
//
// # 10. Key manifest and roll
//
// keys.json, at most 128 KiB, signed by a root:
//
//	{"created":"2026-11-20T12:00:00Z",
//	 "issuer":{"name":"…","specimen":false,"url":"https://…"},
//	 "keys":[{"name":"…","notAfter":"2027-12-31","notBefore":"2026-01-01",
//	          "publicKeyMultibase":"z6Mk…","role":"credential","state":"active"}, …],
//	 "proof":{…},
//	 "roll":["64 hexadecimal digits", … 256 of them],
//	 "schema":"etalon-keys/1","sequence":7,"validUntil":"2027-01-20T12:00:00Z"}
//
// Names of keys (texts of 1 to 64 bytes) and kids are unique; at most 64 keys;
// roles credential, entry, status; states active, retired, compromised. Both
// days of a window are included. A window speaks of the day of issue, not of
// the day a signature was made: a key that must re-issue attestations of
// earlier years, which keep their dates, needs a window that begins then. The
// issuer's name has 1 to 128 bytes; specimen marks an issuer whose attestations
// are worth nothing. sequence is 1 to 2^53 − 1 and rises with every manifest.
// validUntil is at most 90 days after created, which the proof repeats.
//
// A verifier pins the roots (two, so that one can be lost) and a least
// sequence; it takes the manifest only if a pinned root signed it and its
// sequence is not lower. At or after validUntil a key may have been
// compromised unheard: authenticity is still shown, but no credential is
// "valid" any more, only "status unknown", unless its status list is final
// (section 11).
//
// The roll lists every credential ever issued, both forms, those of erased
// records included, so that forgeries by a stolen key stand out. An entry is
// the first 16 bytes of the SHA-256 of the credential. Shard ab, published at
// roll/ab, is the sorted entries that begin with byte ab, without duplicates
// or separators; it may be empty. "roll" holds the SHA-256 of the shards 00 to
// ff. It must be there once a key of role credential is compromised and may be
// before. A compromised credential key's signature counts if and only if,
// besides section 4, the credential is on the roll; with a shard whose hash is
// not the manifest's, nothing is decided. A compromised key of another role
// counts for nothing.
//
// # 11. Status list
//
// status/N.json, at most 128 KiB, a W3C Bitstring Status List v1.0 credential:
//
//	{"@context":["https://www.w3.org/ns/credentials/v2"],
//	 "credentialSubject":{"encodedList":"u…","id":"https://HOST/status/N.json#list",
//	                      "statusPurpose":"message","type":"BitstringStatusList"},
//	 "id":"https://HOST/status/N.json","issuer":"did:key:z6Mk…","proof":{…},
//	 "type":["VerifiableCredential","BitstringStatusListCredential"],
//	 "validFrom":"2026-11-20T12:00:00Z","validUntil":"2026-11-27T12:00:00Z"}
//
// N counts from 1. issuer is the key of the proof; validFrom equals its
// created; validUntil is at most 90 days later. encodedList is "u" ‖ base64url
// without padding of one gzip member and nothing after it, which holds exactly
// 65536 bytes: 2^18 statuses of 2 bits, index 0 in the highest bits of the
// first byte:
//
//	0 valid · 1 revoked · 2 suspended · 3 superseded
//
// The key is one of role status, not compromised, whose window holds the day
// of created. The list holds from validFrom until before validUntil; outside
// that, every status is unknown. A service that closes publishes final lists:
// signed by a pinned root and without validUntil, they hold for ever. A root
// signs no other list, a status key none without validUntil.
//
// # 12. Places
//
// Not read by verifiers. The n-th attestation (from 0) goes to list
// ⌊n/2^18⌋ + 1, at the index that a permutation of 18 bits, keyed by 32 secret
// bytes, gives for n mod 2^18: a balanced Feistel network of 10 rounds on
// halves of 9 bits. In round r (from 0), right half R, list number N:
//
//	F = the low 9 bits of the first 2 bytes of
//	    AES-256(key, "place" ‖ 00 00 00 ‖ N (4 bytes) ‖ r (1 byte) ‖ 00 ‖ R (2 bytes))
//	(L, R) becomes (R, L xor F)
//
// Every n has its own place, and neighbours in a list tell nothing about the
// order or number of issue within it.
//
// # 13. Attachment in the PDF
//
// An attestation's PDF holds one stream, not compressed, of pure ASCII, which
// a reader finds by searching the file, without parsing PDF:
//
//	etalon-attestation-1⏎
//	https://HOST/v#DIGITS⏎
//	P-XXXXX-XXXXX-XXXXX-XXXXX-C⏎
//	end-etalon-attestation⏎
//
// ⏎ is one byte 0a. The first line must follow a line end and its text with
// 0a, like the last line's, occurs exactly once in the file; otherwise it is
// refused. Link and code are in their written form (sections 5 and 6), the
// path /v. The address before /v is nobody's word: show it to no one. The rest
// of the file is vouched for only by its hash in the entry.
package signing
