// A whole check, from input to result: what package check of the verifier does,
// step by step, in the reader's browser. One thing differs: when the service
// does not answer at all, the page says that instead of giving a verdict. The result has the shape of the answer
// of the verifier's interface; `entry`, `code` and `record` go beside it.
import { Refusal, TooLong, Unreachable, equal, hex, notGenuine, sha256, text, unhex } from './bytes.js';
import { findAttachment } from './attachment.js';
import { locator, parseCode, unseal } from './code.js';
import { openCredential, parseQRText, qrText } from './credential.js';
import { agrees, issuedForm, openEntry, sameShare } from './entry.js';
import { current, openManifest } from './manifest.js';
import { openStatusList, statusAt } from './status.js';
import { judge } from './verdict.js';

export const maxPDF = 8 << 20;

const most = { manifest: 128 << 10, list: 128 << 10, entry: (64 << 10) + 64, file: (4 << 20) + 64, shard: 16 << 20 };

// Checker is made of:
//   fetch(path, limit)  bytes of a public file; null when there is none; throws
//                       TooLong beyond the limit, anything when it cannot be read
//   address             of the service, for share links
//   roots, least        what is trusted: multikeys, least sequence of a manifest
//   now()               the time
//   memory              {get(), set(n)}: highest sequence seen with these roots
export class Checker {
  constructor(options) {
    Object.assign(this, options);
    this.manifest = null;
  }

  // text checks a line that somebody typed or pasted. A line that can be no
  // code and no link is refused with {problem, …} instead of a result.
  async text(line) {
    line = line.trim();
    if (!line) return { problem: 'empty' };
    if (/[#/:]/.test(line) || (line.length > 60 && /^[0-9]+$/.test(line))) {
      return parseQRText(line) ? this.qr(line) : { problem: 'qr-form' };
    }
    const code = parseCode(line);
    return code.problem ? code : this.code(code);
  }

  qr(line) {
    return this.run('qr', async (r) => {
      const bytes = parseQRText(line);
      if (!bytes) throw notGenuine('qr-text');
      await this.judge(r, bytes);
    });
  }

  code(code) {
    return this.run('code', async (r) => {
      const manifest = await this.keys();
      const entry = await this.entry(code, manifest);
      const fields = await this.judge(r, entry.credential);
      const share = await this.open(entry.share, manifest).catch(() => null);
      if (!share || !sameShare(fields, share) || !agrees(entry.record, fields)) throw notGenuine('entry-mixed');
      r.share = qrText(this.address, entry.share);
      r.forms = [...new Set(entry.forms.map((f) => f.form))];
      Object.assign(r, { code, entry, record: text(entry.record) });
    });
  }

  pdf(bytes) {
    return this.run('pdf', async (r) => {
      if (bytes.length > maxPDF) throw notGenuine('pdf-size');
      const { credential, code } = findAttachment(bytes);
      const fields = await this.judge(r, credential);
      // Erased, withheld or rewritten by somebody who knows the code: the
      // credential stands by itself, and nothing is said of the file.
      const manifest = await this.keys();
      const entry = await this.entry(code, manifest).catch(() => null);
      if (!entry) return;
      const own = await this.open(entry.credential, manifest).catch(() => null);
      if (!own || JSON.stringify(own) !== JSON.stringify(fields)) throw notGenuine('pdf-mixed');
      const form = issuedForm(entry, await sha256(bytes));
      r.document = form ? { issued: true, form } : { issued: false };
    });
  }

  // download decrypts an issued PDF of a checked code, and checks its hash.
  async download(result, form) {
    const where = await locator(result.code);
    const sealed = await this.fetch(`/registry/${where.slice(0, 2)}/${where}.${form}`, most.file);
    if (!sealed) throw new Error('no such file');
    const pdf = await unseal(result.code, `pdf:${form}`, sealed);
    if (issuedForm(result.entry, await sha256(pdf)) !== form) throw new Error('not the issued file');
    return pdf;
  }

  async run(input, steps) {
    const result = { verdict: '', checkedAt: new Date(Math.floor(this.now() / 1000) * 1000), trust: 'pinned', input };
    try {
      await steps(result);
      return result;
    } catch (err) {
      if (!(err instanceof Refusal)) throw err;
      // Nothing unverified is shown: only the verdict and why.
      const { checkedAt, trust } = result;
      return { verdict: err.verdict, checkedAt, trust, input, reason: err.reason };
    }
  }

  // keys returns the manifest; this.keysReason says what is wrong with it.
  async keys() {
    let bytes;
    try {
      bytes = await this.fetch('/keys.json', most.manifest);
    } catch (err) {
      if (!this.manifest && !(err instanceof TooLong)) throw new Unreachable();
    }
    this.keysReason = null;
    try {
      if (!bytes) throw new Refusal('unknown-issuer', 'no-manifest');
      const least = Math.max(this.least, this.memory.get(), this.manifest?.sequence ?? 0);
      this.manifest = await openManifest(bytes, this.roots, least);
      this.memory.set(this.manifest.sequence);
    } catch (err) {
      if (!this.manifest) throw err;
      this.keysReason = 'keys-down'; // the one opened earlier serves
    }
    return this.manifest;
  }

  open(bytes, manifest) {
    return openCredential(bytes, manifest, async (byte, digest) => {
      const shard = await this.fetch(`/roll/${hex([byte])}`, most.shard).catch(() => null);
      // A shard that is not the one the manifest names decides nothing.
      if (!shard || !equal(await sha256(shard), unhex(digest))) throw new Refusal('unknown-issuer', 'no-roll');
      return shard;
    });
  }

  async entry(code, manifest) {
    const where = await locator(code);
    let sealed;
    try {
      sealed = await this.fetch(`/registry/${where.slice(0, 2)}/${where}`, most.entry);
    } catch (err) {
      throw err instanceof TooLong ? notGenuine('entry-altered') : new Unreachable();
    }
    if (!sealed) throw new Refusal('not-found', 'code-nothing');
    return openEntry(code, sealed, manifest).catch((err) => {
      throw err.verdict === 'unknown-issuer' ? err : notGenuine('entry-altered');
    });
  }

  // judge verifies a credential, asks its status and fills the result in.
  async judge(r, bytes) {
    const manifest = await this.keys();
    const fields = await this.open(bytes, manifest);
    const now = r.checkedAt;
    const keysReason = this.keysReason ?? (current(manifest, now) ? null : 'keys-stale');
    r.issuer = manifest.issuer;
    r.credential = fields;
    const { list, reason } = await this.list(fields.statusList, manifest);
    r.status = { value: list ? statusAt(list, fields.statusIndex, now) : 'unknown' };
    if (list) Object.assign(r.status, { asOf: list.validFrom, validUntil: list.validUntil });
    // A final list is signed by a pinned root: it holds whatever the manifest.
    const final = list && !list.validUntil;
    if (r.status.value === 'valid' && keysReason && !final) r.status.value = 'unknown';
    r.verdict = judge(r.status.value, fields.expiresOn, now);
    if (r.verdict === 'status-unknown') r.reason = keysReason ?? reason ?? 'list-stale';
    return fields;
  }

  async list(number, manifest) {
    let bytes;
    try {
      bytes = await this.fetch(`/status/${number}.json`, most.list);
    } catch {
      bytes = null;
    }
    if (!bytes) return { reason: 'list-down' };
    try {
      return { list: await openStatusList(bytes, manifest, number) };
    } catch {
      return { reason: 'list-bad' };
    }
  }
}
