// Packs the package, installs it into a project of its own, and makes sure that it works there as it would for a user.
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const project = mkdtempSync(join(tmpdir(), 'aep-mock-consumer-'));

/** Runs a command in the project and answers its output. Throws, with all that it said, unless it succeeds. */
function run(command, args, { cwd = project } = {}) {
  const { status, error, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${[command, ...args].join(' ')} exited with ${status}\n${stdout}${stderr}`);
  return stdout;
}
const bin = (name) => join(project, 'node_modules/.bin', name);

function equal(actual, expected, what) {
  if (actual !== expected) throw new Error(`${what}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
}

const checks = {
  'import()': () => {
    const script = "import { startMock, version } from 'aep-mock'; console.log(typeof startMock, version)";
    equal(run('node', ['--input-type=module', '-e', script]), `function ${version}\n`, 'what it exports');
  },
  'require()': () => {
    const script = "const { startMock, version } = require('aep-mock'); console.log(typeof startMock, version)";
    equal(run('node', ['--input-type=commonjs', '-e', script]), `function ${version}\n`, 'what it exports');
  },
  'the same names for both': () => {
    const script =
      "import * as imported from 'aep-mock'; import { createRequire } from 'node:module';" +
      "const required = createRequire(process.cwd() + '/')('aep-mock');" +
      "console.log(Object.keys(imported).filter((name) => name !== 'default' && !(name in required)).join())";
    equal(run('node', ['--input-type=module', '-e', script]), '\n', 'names that only import has');
  },
  'aep-mock --version': () => equal(run(bin('aep-mock'), ['--version']), `${version}\n`, 'what it prints'),
  'aep-mock exec': () => {
    const script =
      "fetch(process.env.AEP_MOCK_URL + '/_mock/health').then((answer) => process.exit(answer.ok ? 0 : 1))";
    run(bin('aep-mock'), ['exec', '--', 'node', '-e', script]);
  },
  'links of the documents': () => {
    const installed = join(project, 'node_modules/aep-mock');
    const documents = readdirSync(installed, { recursive: true }).filter((file) => file.endsWith('.md'));
    const broken = documents.flatMap((file) =>
      [...readFileSync(join(installed, file), 'utf8').matchAll(/\]\((?![a-z]+:|#)([^)#\s]+)[^)]*\)/g)]
        .filter(([, target]) => !existsSync(join(installed, dirname(file), target)))
        .map(([, target]) => `${file} -> ${target}`),
    );
    equal(broken.join(', '), '', 'links to what the package does not have');
    if (!documents.includes('README.md')) throw new Error('there is no README.md to read links from');
  },
  'types: node16': () => compile('node16', 'node16'),
  'types: nodenext': () => compile('nodenext', 'nodenext'),
  'types: bundler': () => compile('preserve', 'bundler'),
  // What a tsconfig without moduleResolution means where module is commonjs; it reads `main` and `types`.
  'types: node10': () => typescript(['--module', 'commonjs', '--moduleResolution', 'node10', 'types/uses.ts']),
  'node:test': () => run('node', ['--test', 'node-test/']),
  Jest: () => run(bin('jest'), ['--testMatch', '**/jest/*.test.cjs']),
  Vitest: () => run(bin('vitest'), ['run', '--dir', 'vitest']),
  publint: () => run(bin('publint'), ['run', '--strict', 'node_modules/aep-mock']),
  attw: () => {
    run(bin('attw'), [tarball, '--entrypoints', '.', './package.json']);
    // The fixture is an ES module because Vitest is one: CommonJS, and resolution without `exports`, cannot have it either.
    run(bin('attw'), [tarball, '--entrypoints', './vitest', '--profile', 'esm-only']);
  },
};

/** As an ES module and as CommonJS; the fixture as an ES module. */
function compile(module, moduleResolution) {
  const options = ['--module', module, '--moduleResolution', moduleResolution];
  typescript([...options, 'types/uses.mts', 'types/uses.cts', 'types/fixture.mts']);
}

function typescript(args) {
  run(bin('tsc'), ['--noEmit', '--strict', '--target', 'es2022', '--types', 'node', ...args]);
}

let tarball;
let version;
try {
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', project], { cwd: root }));
  tarball = join(project, packed.filename);
  version = packed.version;
  console.log(`${packed.filename}: ${megabytes(packed.size)} packed, ${megabytes(packed.unpackedSize)} unpacked`);

  cpSync(join(root, 'test/consumer'), project, { recursive: true });
  for (const extension of ['mts', 'cts'])
    copyFileSync(join(project, 'types/uses.ts'), join(project, `types/uses.${extension}`));
  run('npm', ['ci', '--no-audit', '--no-fund']);
  run('npm', ['install', '--no-save', '--no-audit', '--no-fund', tarball]);
  for (const [name, check] of Object.entries(checks)) {
    check();
    console.log(`ok  ${name}`);
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(project, { recursive: true, force: true });
}

function megabytes(bytes) {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
