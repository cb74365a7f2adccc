// Runs the example consumers of test/examples that are not part of `npm test`, each against the built command line.
//   node scripts/run-examples.mjs           all of them
//   node scripts/run-examples.mjs php       one of them
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cli = `${root}dist/cli.js`;

/** A mock for the command, in virtual time, always the same one. */
const exec = (scenario, ...command) => [
  process.execPath,
  ...[cli, 'exec', '--allow-http', '--clock', 'virtual', '--seed', '1', '--scenario', scenario, '--', ...command],
];

const examples = [
  { folder: 'express-node-test', needs: process.execPath, runs: [[process.execPath, '--test']] },
  {
    folder: 'python',
    needs: 'python3',
    runs: ['calm', 'hostile'].map((scenario) => exec(scenario, 'python3', '-m', 'unittest', '-v')),
  },
  { folder: 'php', needs: 'php', runs: ['calm', 'hostile'].map((scenario) => exec(scenario, 'php', 'run.php')) },
];

function failureOf({ folder, needs, runs }) {
  if (spawnSync(needs, ['--version']).status !== 0) return `${needs} is not installed`;
  for (const [program, ...args] of runs) {
    const options = { cwd: `${root}test/examples/${folder}`, stdio: 'inherit' };
    const { status, signal } = spawnSync(program, args, {
      ...options,
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    });
    if (status !== 0) return `${[program, ...args].join(' ')} ended with ${signal ?? `exit code ${status}`}`;
  }
  return undefined;
}

const [asked] = process.argv.slice(2);
const chosen = examples.filter(({ folder }) => asked === undefined || folder === asked);
if (chosen.length === 0) {
  console.error(`there is no example ${asked}: ${examples.map(({ folder }) => folder).join(', ')}`);
  process.exit(2);
}
const failures = [];
for (const example of chosen) {
  console.error(`\n── test/examples/${example.folder}`);
  const failure = failureOf(example);
  if (failure) failures.push(`test/examples/${example.folder}: ${failure}`);
}
console.error(
  failures.length > 0 ? `\n${failures.join('\n')}` : `\npassed: ${chosen.map(({ folder }) => folder).join(', ')}`,
);
process.exitCode = failures.length > 0 ? 1 : 0;
