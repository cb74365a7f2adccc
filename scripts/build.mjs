// Bundles the library and the command line, and writes the type declarations.
//   node scripts/build.mjs              always builds
//   node scripts/build.mjs --if-needed  builds unless dist/ was built from exactly these sources
//   node scripts/build.mjs --watch      rebuilds the bundles on every change
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const stampFile = join(root, 'dist/.built-from');

// Contents and not times: a fresh clone, a checkout of another branch and a touched file all come out right.
function fingerprint() {
  const hash = createHash('sha256');
  const inputs = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts/build.mjs'];
  for (const entry of readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) inputs.push(join(entry.parentPath, entry.name).slice(root.length));
  }
  for (const file of inputs.sort())
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(root, file)))
      .update('\0');
  return hash.digest('hex');
}

const options = {
  absWorkingDir: root,
  entryPoints: { index: 'src/index.ts', cli: 'src/cli/main.ts' },
  outdir: 'dist',
  bundle: true,
  // Shared chunks: what is imported lazily (the fake catalogue, the HTTP client) is read from disk only when used.
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  sourcemap: 'linked',
  legalComments: 'linked',
  logLevel: 'warning',
  // Bundled CommonJS packages call require() for Node's built-ins and ask where they are; an ES module has neither of its own.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url); const __dirname = import.meta.dirname;",
  },
  // ws looks for these native add-ons and works without them.
  external: ['bufferutil', 'utf-8-validate'],
};

const stamp = fingerprint();
if (process.argv.includes('--watch')) {
  const context = await esbuild.context({ ...options, logLevel: 'info' });
  await context.watch();
} else if (
  !process.argv.includes('--if-needed') ||
  !existsSync(stampFile) ||
  readFileSync(stampFile, 'utf8') !== stamp
) {
  console.error('building dist/ (a few seconds, once) …');
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  await esbuild.build(options);
  chmodSync(join(root, 'dist/cli.js'), 0o755);
  const types = spawnSync(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'],
    {
      cwd: root,
      stdio: 'inherit',
    },
  );
  if (types.status !== 0) process.exit(types.status ?? 1);
  writeFileSync(stampFile, stamp);
}
