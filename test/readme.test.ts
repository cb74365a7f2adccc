import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { version } from '../src/version.ts';
import { readmeTables } from './readme-tables.ts';

const root = join(import.meta.dirname, '..');
const file = join(root, 'README.md');

const block = (name: string): RegExp => new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`);

// `npm run readme` writes the tables anew; otherwise this only compares.
if (process.env.README_UPDATE) {
  let text = readFileSync(file, 'utf8');
  for (const [name, table] of Object.entries(readmeTables))
    text = text.replace(block(name), (_all, open, end) => `${open}${table()}\n${end}`);
  writeFileSync(file, text);
}

it.each(Object.entries(readmeTables))(
  'the table of %s in the README is the one in the code; "npm run readme" writes it',
  (name, table) => {
    expect(readFileSync(file, 'utf8').match(block(name))?.[0]).toBe(`<!-- ${name} -->\n${table()}\n<!-- /${name} -->`);
  },
);

it('the README has exactly two set-up commands', () => {
  const commands = readFileSync(file, 'utf8').match(/^npm ci.*$/gm);
  expect(commands).toEqual(['npm ci && npm start', 'npm ci && npm test']);
});

it('the version is that of the package', () => {
  expect(version).toBe(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version);
});
