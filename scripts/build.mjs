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
import { copyReachable, keepReachable } from './declarations.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const stampFile = join(root, 'dist/.built-from');

// Contents and not times: a fresh clone, a checkout of another branch and a touched file all come out right.
function fingerprint() {
  const hash = createHash('sha256');
  const inputs = [
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'tsconfig.inspector.json',
  ];
  inputs.push('scripts/build.mjs', 'scripts/declarations.mjs');
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

const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  legalComments: 'linked',
  logLevel: 'warning',
  // ws looks for the first two, native add-ons, and works without them; who uses the fixture has vitest.
  external: ['bufferutil', 'utf-8-validate', 'vitest'],
};

const modules = {
  ...shared,
  entryPoints: { index: 'src/index.ts', vitest: 'src/vitest/index.ts', cli: 'src/cli/main.ts' },
  outdir: 'dist',
  format: 'esm',
  // Shared chunks: what is imported lazily (the fake catalogue, the HTTP client) is read from disk only when used.
  splitting: true,
  // Bundled CommonJS packages call require() for Node's built-ins and ask where they are; an ES module has neither of its own.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url); const __dirname = import.meta.dirname;",
  },
};

/** Modules that stand for a large package each and are loaded when first used. */
const lazyParts = {
  'http-client': 'src/runtime/http-client.ts',
  'pubsub-client': 'src/runtime/destinations/pubsub-client.ts',
  'kafka-client': 'src/runtime/destinations/kafka-client.ts',
  vocabulary: 'src/events/vocabulary.ts',
};

/** Leaves the large parts out of the file that imports them: each is a file beside it. */
const lazyPartsBeside = {
  name: 'lazy parts beside',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/[\w-]+\.ts$/ }, ({ path, kind }) => {
      const name = path.slice(2, -3);
      return kind === 'dynamic-import' && name in lazyParts ? { path: `./${name}.js`, external: true } : undefined;
    });
  },
};

/** For `require()`, and for test runners that know nothing else. esbuild splits ES modules only, so the large parts are split off here. */
const commonJs = {
  ...shared,
  entryPoints: { index: 'src/index.ts', ...lazyParts },
  outdir: 'dist/cjs',
  format: 'cjs',
  supported: { 'dynamic-import': false },
  define: { 'import.meta.dirname': '__dirname' },
  plugins: [lazyPartsBeside],
};

/** The inspector, which runs in a browser. */
const inspector = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  target: ['chrome123', 'firefox120', 'safari17.5'],
  entryPoints: {
    inspector: 'src/inspector/client/main.tsx',
    'inspector-styles': 'src/inspector/client/styles.css',
    index: 'src/inspector/client/index.html',
  },
  loader: { '.html': 'copy' },
  tsconfig: 'tsconfig.inspector.json',
  outdir: 'dist/inspector',
  format: 'esm',
  legalComments: 'linked',
  logLevel: 'warning',
};

const stamp = fingerprint();
if (process.argv.includes('--watch')) {
  for (const bundle of [modules, inspector]) {
    const context = await esbuild.context({ ...bundle, logLevel: 'info' });
    await context.watch();
  }
} else if (
  !process.argv.includes('--if-needed') ||
  !existsSync(stampFile) ||
  readFileSync(stampFile, 'utf8') !== stamp
) {
  console.error('building dist/ (a few seconds, once) …');
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  await Promise.all([modules, commonJs, inspector].map((bundle) => esbuild.build(bundle)));
  writeFileSync(join(root, 'dist/cjs/package.json'), '{ "type": "commonjs" }\n');
  chmodSync(join(root, 'dist/cli.js'), 0o755);
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const compiled = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (compiled.status !== 0) process.exit(compiled.status ?? 1);
  const types = join(root, 'dist/types');
  keepReachable(types, { 'index.d.ts': [], 'vitest/index.d.ts': ['vitest'] });
  copyReachable(types, 'index.d.ts', join(root, 'dist/cjs/types'));
  writeFileSync(stampFile, stamp);
}
