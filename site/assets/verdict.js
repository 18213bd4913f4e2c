// Which verdict comes first.

// verdicts in order of precedence; not-found stands apart, for a code.
export const verdicts = ['not-genuine', 'unknown-issuer', 'revoked', 'superseded', 'suspended', 'expired', 'status-unknown', 'valid', 'not-found'];

// judge names the verdict on a genuine credential: status is what the list
// says, "unknown" without one; expiresOn the last day of validity, included,
// in UTC.
export function judge(status, expiresOn, now) {
  if (['revoked', 'superseded', 'suspended'].includes(status)) return status;
  if (now.toISOString().slice(0, 10) > expiresOn) return 'expired';
  return status === 'valid' ? 'valid' : 'status-unknown';
}
