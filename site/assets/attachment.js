// The signed data within a PDF (section 13), found without parsing PDF.
import { indexOf, notGenuine, text, utf8 } from './bytes.js';
import { parseCode } from './code.js';
import { parseQRText, qrText } from './credential.js';

const begin = utf8('etalon-attestation-1\n');
const end = utf8('end-etalon-attestation\n');

// findAttachment returns {credential, code} of the one attachment in a file.
// Both are well formed and unverified; the address before them is nobody's word.
export function findAttachment(pdf) {
  const at = indexOf(pdf, begin);
  if (at < 0) throw notGenuine('no-attachment');
  const from = at + begin.length;
  const last = indexOf(pdf, end);
  if (indexOf(pdf, begin, from) >= 0 || (last >= 0 && indexOf(pdf, end, last + 1) >= 0)) throw notGenuine('attachment');
  if (at === 0 || (pdf[at - 1] !== 10 && pdf[at - 1] !== 13) || last < from || last - from > 2100) throw notGenuine('attachment');
  let lines;
  try {
    lines = text(pdf.subarray(from, last)).split('\n');
  } catch {
    throw notGenuine('attachment');
  }
  const [qr, written, empty] = lines;
  if (lines.length !== 3 || empty !== '') throw notGenuine('attachment');
  const credential = parseQRText(qr);
  const code = parseCode(written);
  const address = qr.split('/v#')[0];
  if (!credential || !qr.includes('/v#') || qrText(address, credential) !== qr || code.text !== written) throw notGenuine('attachment');
  return { credential, code };
}
