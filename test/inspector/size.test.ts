import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';

const built = join(import.meta.dirname, '../../dist/inspector');

it('the whole inspector is less than 120 kB to load, gzipped', () => {
  const loaded = readdirSync(built).filter((name) => /\.(js|css|html)$/.test(name));
  expect(loaded.sort()).toEqual(['index.html', 'inspector-styles.css', 'inspector.js']);
  const bytes = loaded.reduce((sum, name) => sum + gzipSync(readFileSync(join(built, name))).length, 0);
  expect(bytes).toBeLessThan(120_000);
});
