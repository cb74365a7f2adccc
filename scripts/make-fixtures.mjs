// Writes fixtures/*.ndjson anew. They are generated with fixed seeds and times, so the result only changes with the generator.
//   node scripts/make-fixtures.mjs
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import esbuild from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
// Inside the project, where the bundle finds the packages that it leaves out.
const folder = mkdtempSync(join(root, 'node_modules/.make-fixtures-'));
try {
  const outfile = join(folder, 'fixture-files.mjs');
  await esbuild.build({
    stdin: {
      contents:
        "export { fixtureText } from './src/events/fixture-files.ts'; export { scenarios } from './src/events/scenarios.ts';",
      resolveDir: root,
    },
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    outfile,
  });
  const { fixtureText, scenarios } = await import(pathToFileURL(outfile).href);
  for (const name of Object.keys(scenarios)) {
    const text = await fixtureText(name);
    writeFileSync(join(root, 'fixtures', `${name}.ndjson`), text);
    console.log(`fixtures/${name}.ndjson: ${text.split('\n').length - 1} lines, ${Math.ceil(text.length / 1024)} kB`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
