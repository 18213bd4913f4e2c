// Validates the HTML of a folder: node validate.mjs NODE_MODULES FOLDER
// Every fault on a line: file:line:column rule: message.
import { createRequire } from 'node:module';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const [modules, folder] = process.argv.slice(2);
const require = createRequire(join(modules, 'any.js'));
const { HtmlValidate, StaticConfigLoader } = require('html-validate');
const validator = new HtmlValidate(new StaticConfigLoader({
  root: true,
  extends: ['html-validate:recommended'],
  // Ours: titles that say all, a lower-case doctype, identifiers such as c1.3.
  rules: { 'long-title': 'off', 'doctype-style': ['error', { style: 'lowercase' }], 'valid-id': ['error', { relaxed: true }] },
}));
let pages = 0;
for (const name of readdirSync(folder, { recursive: true })) {
  if (!name.endsWith('.html')) continue;
  pages++;
  const report = validator.validateStringSync(readFileSync(join(folder, name), 'utf8'), name);
  for (const result of report.results) {
    for (const m of result.messages) console.log(`${name}:${m.line}:${m.column} ${m.ruleId}: ${m.message}`);
  }
}
console.log(`${pages} pages`);
