// The same where the browser has no Ed25519.
process.env.ETALON_FALLBACK = '1';
await import('./verdicts.test.mjs');
