// Performs the Dockerfile without Docker: each stage is a folder, its RUN lines run there as they stand, and what is installed has to
// start, be found healthy and stop as a container would. The image itself is not built, so what only the base image has is not seen.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, join, posix, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { instructionsIn } from './dockerfile.mjs';

const root = resolve(fileURLToPath(new URL('..', import.meta.url)));
const token = 'a-token-of-the-check';
const ignored = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n').filter(Boolean);

/** What an image of one stage would have: files under `folder`, variables, and how it runs. */
class Stage {
  constructor(folder) {
    this.folder = folder;
    this.workdir = '/';
    this.variables = {};
  }

  /** A path of the image on this machine. */
  at(path) {
    return join(this.folder, posix.resolve(this.workdir, path));
  }

  environment(more = {}) {
    const prefix = this.at('/usr/local');
    const PATH = [join(prefix, 'bin'), process.env.PATH].join(delimiter);
    return { ...process.env, PATH, npm_config_prefix: prefix, ...this.variables, ...more };
  }
}

/** What each instruction does to a stage. One that is not here is an error: it would not be checked. */
const perform = {
  WORKDIR(stage, path) {
    stage.workdir = posix.resolve(stage.workdir, path);
    mkdirSync(stage.at('.'), { recursive: true });
  },
  ENV(stage, text) {
    const [, name, value] = /^(\w+)=(\S*)$/.exec(text) ?? fail(`ENV ${text}: NAME=value is what is understood`);
    stage.variables[name] = value;
  },
  COPY(stage, text, stages) {
    const words = text.split(/\s+/);
    const from = words[0].startsWith('--from=') ? words.shift().slice('--from='.length) : undefined;
    const target = words.pop();
    for (const word of words) copy(from === undefined ? join(root, word) : stages.get(from).at(word), stage.at(target));
  },
  RUN(stage, command) {
    const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
      cwd: stage.at('.'),
      env: stage.environment(),
      encoding: 'utf8',
    });
    if (status !== 0) fail(`RUN ${command} exited with ${status}\n${stdout}${stderr}`);
    console.log(`ok  RUN ${command}`);
  },
  HEALTHCHECK: (stage, text) => {
    stage.health = JSON.parse(text.slice(text.indexOf('CMD') + 'CMD'.length));
  },
  ENTRYPOINT: (stage, text) => {
    stage.entrypoint = JSON.parse(text);
  },
  CMD: (stage, text) => {
    stage.command = JSON.parse(text);
  },
  // Of the container, not of its files.
  USER() {},
  EXPOSE() {},
};

/** As COPY does: a folder's contents go into the target, a file goes into a target that is a folder. */
function copy(source, target) {
  const isFolder = statSync(source).isDirectory();
  if (!isFolder)
    return cpSync(
      source,
      statSync(target, { throwIfNoEntry: false })?.isDirectory() ? join(target, basename(source)) : target,
    );
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(source)) {
    if (source !== root || !ignored.includes(name)) cpSync(join(source, name), join(target, name), { recursive: true });
  }
}

function build(folder) {
  const stages = new Map();
  let stage;
  for (const { name, text } of instructionsIn(readFileSync(join(root, 'Dockerfile'), 'utf8'))) {
    if (name === 'FROM') {
      const id = / AS (\S+)$/i.exec(text)?.[1] ?? `stage ${stages.size}`;
      stage = new Stage(join(folder, id));
      stages.set(id, stage);
    } else if (perform[name]) perform[name](stage, text, stages);
    else fail(`${name} ${text}: this check does not know what it does`);
  }
  return stage;
}

async function runContainer(stage) {
  const [program, ...args] = [...stage.entrypoint, ...stage.command];
  // It binds every address: without a token that is refused.
  const bare = spawnSync(program, args, {
    cwd: stage.at('.'),
    env: stage.environment({ AEP_MOCK_PORT: '0', AEP_MOCK_TOKEN: '' }),
    timeout: 10_000,
  });
  equal(bare.status, 2, 'the exit code without a token');
  // A port of its own, which the ready line names.
  const env = stage.environment({ AEP_MOCK_TOKEN: token, AEP_MOCK_PORT: '0', AEP_MOCK_FORMAT: 'json' });
  const child = spawn(program, args, { cwd: stage.at('.'), env, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  try {
    const ready = once(createInterface(child.stdout), 'line').then(([line]) => JSON.parse(line));
    const { url } = await Promise.race([
      ready,
      exited.then(([code]) => fail(`${program} exited with ${code} at once`)),
    ]);
    const health = (more) => {
      const [command, ...rest] = stage.health;
      const { port } = new URL(url);
      return spawnSync(command, rest, {
        env: stage.environment({ AEP_MOCK_TOKEN: token, AEP_MOCK_PORT: port, ...more }),
      });
    };
    equal(health().status, 0, 'the health of a running one');
    equal(health({ AEP_MOCK_TOKEN: 'another' }).status, 1, 'its health when asked with another token');
    child.kill('SIGTERM');
    const [code] = await exited;
    console.log(`ok  ${[program, ...args].join(' ')}, found healthy, stopped with ${code}`);
    equal(health().status, 1, 'the health of one that has stopped');
  } finally {
    child.kill('SIGKILL');
  }
}

function equal(actual, expected, what) {
  if (actual !== expected) fail(`${what}: ${actual} instead of ${expected}`);
}

function fail(message) {
  throw new Error(message);
}

const folder = mkdtempSync(join(tmpdir(), 'aep-mock-container-'));
try {
  await runContainer(build(folder));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
