import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const src = join(root, 'src');

interface Source {
  path: string;
  text: string;
  lines: number;
  imports: string[];
}

const sources: Source[] = readdirSync(src, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
  .map((entry) => {
    const file = join(entry.parentPath, entry.name);
    const text = readFileSync(file, 'utf8');
    const imports = [
      ...text.matchAll(/^(?:import|export)\b[^;]*?\bfrom '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm),
    ].flatMap(([, ...names]) => names.filter((name) => name !== undefined));
    return { path: relative(src, file), text, lines: text.split('\n').length - 1, imports };
  });

/** What each part may import besides itself, `errors.ts` and `version.ts`. The order is the direction of the arrows. */
const allowed: Record<string, string[]> = {
  'error-row.ts': [],
  'request-errors.ts': [],
  'error-table.ts': [],
  'errors.ts': [],
  'version.ts': [],
  core: [],
  config: ['core', 'events', 'relay'],
  events: ['core'],
  recordings: ['core', 'events'],
  runtime: ['core'],
  relay: ['core', 'events', 'runtime'],
  narration: ['core', 'events', 'runtime'],
  testing: ['core', 'events', 'runtime', 'narration'],
  http: ['core', 'events', 'runtime', 'relay', 'testing'],
  recorder: ['core', 'events', 'runtime', 'relay', 'recordings', 'http'],
  inspector: ['core', 'events', 'runtime', 'narration', 'recordings', 'http'],
  check: ['core', 'events', 'runtime'],
  'mock-plan.ts': ['core', 'config', 'events', 'runtime'],
  'mock-expectations.ts': ['core', 'runtime', 'narration', 'testing', 'mock-plan.ts'],
  'mock-parts.ts': ['core', 'config', 'events', 'runtime', 'relay', 'mock-plan.ts', 'mock-expectations.ts'],
  'mock-front.ts': ['runtime', 'http', 'inspector', 'mock-plan.ts', 'mock-parts.ts'],
  'mock.ts': [
    'mock-front.ts',
    'mock-plan.ts',
    'mock-parts.ts',
    'core',
    'config',
    'events',
    'runtime',
    'relay',
    'recordings',
    'testing',
    'http',
    'inspector',
    'check',
    'mock-handle.ts',
    'mock-subscribe.ts',
    'mock-replay.ts',
  ],
  'mock-replay.ts': ['events', 'recordings', 'testing', 'mock-handle.ts'],
  'mock-subscribe.ts': ['core', 'config', 'runtime', 'testing', 'http', 'mock-handle.ts'],
  // The handle is an interface: types of what the parts give.
  'mock-handle.ts': ['core', 'config', 'events', 'runtime', 'recordings', 'testing'],
  'index.ts': ['core', 'config', 'events', 'runtime', 'recordings', 'testing', 'http', 'mock-handle.ts', 'mock.ts'],
  cli: [
    'core',
    'config',
    'events',
    'runtime',
    'narration',
    'relay',
    'recordings',
    'http',
    'recorder',
    'check',
    'mock-handle.ts',
    'mock.ts',
    'index.ts',
  ],
  vitest: ['config', 'testing', 'index.ts'],
};
const leaves = ['errors.ts', 'error-table.ts', 'error-row.ts', 'request-errors.ts', 'version.ts'];

const partOf = (path: string): string => path.split('/')[0] as string;

describe('the arrows between the parts', () => {
  it.each(sources.map((source) => [source.path, source] as const))('%s', (path, { imports }) => {
    const part = partOf(path);
    const mayImport = allowed[part];
    expect(mayImport, `${part} is not a known part`).toBeDefined();
    for (const name of imports.filter((name) => name.startsWith('.'))) {
      const target = partOf(normalize(join(dirname(path), name)));
      if (target === part || leaves.includes(target)) continue;
      expect(mayImport, `${path} imports ${name}`).toContain(target);
    }
  });
});

/** What the page shares with the mock: none of it imports a built-in of Node. */
const isForBrowsers = (path: string): boolean =>
  leaves.includes(path) ||
  /^(inspector\/client|core|narration)\//.test(path) ||
  ['events/check-event.ts', 'recordings/capture-record.ts'].includes(path);

it('what runs in the browser takes words and rules of the mock and its types, and nothing else', () => {
  for (const { path, text } of sources.filter(({ path }) => path.startsWith('inspector/client/'))) {
    const imported = [...text.matchAll(/^(?:import|export) (?!type )[^;]*? from '(\.[^']*)'/gm)];
    expect(
      imported
        .map(([, name]) => name as string)
        .map((name) => normalize(join(dirname(path), name)))
        .filter((target) => !isForBrowsers(target)),
      path,
    ).toEqual([]);
  }
});

it('core is pure: no package, no built-in, no time, no chance, no output', () => {
  for (const { path, text, imports } of sources.filter(({ path }) => partOf(path) === 'core')) {
    expect(
      imports.filter((name) => !name.startsWith('.')),
      path,
    ).toEqual([]);
    expect(text, path).not.toMatch(
      /Date\.now|new Date\(\)|Math\.random|performance\.|process\.|console\.|setTimeout|fetch\(|\bcrypto\b/,
    );
  }
});

it('time and chance come from one place', () => {
  const free = ['runtime/clock.ts', 'runtime/fresh-seed.ts'];
  // What runs in the browser decides nothing.
  const deciding = sources.filter(({ path }) => !free.includes(path) && !path.startsWith('inspector/client/'));
  for (const { path, text } of deciding) {
    expect(text, path).not.toMatch(
      /Date\.now\(|new Date\(\)|Math\.random\(|performance\.now\(|[^l]setTimeout\(|setInterval\(|randomUUID|randomBytes/,
    );
  }
});

it('output and exit belong to the command line', () => {
  for (const { path, text } of sources) {
    if (path !== 'cli/main.ts') expect(text, path).not.toMatch(/process\.exit\b/);
    if (partOf(path) !== 'cli') expect(text, path).not.toMatch(/console\.|process\.std(out|err)/);
  }
});

describe('the size of files', () => {
  it('no source file is over 400 lines', () => {
    expect(sources.filter(({ lines }) => lines > 400).map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
  });

  it('the median is within 40 and 120 lines', () => {
    const sizes = sources.map(({ lines }) => lines).sort((a, b) => a - b);
    const median = sizes[Math.floor(sizes.length / 2)] as number;
    expect(median).toBeGreaterThanOrEqual(40);
    expect(median).toBeLessThanOrEqual(120);
  });
});

it('file names are kebab-case, and none is a drawer for everything', () => {
  for (const { path } of sources) {
    expect(path).toMatch(/^([a-z0-9-]+\/)*[a-z0-9-]+(\.d)?\.tsx?$/);
    expect(path).not.toMatch(/\b(utils?|helpers?|common|manager|misc)\b/);
  }
});

it('every path that ARCHITECTURE.md names exists', () => {
  const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
  const named = [...text.matchAll(/`((?:src\/|test\/)?[a-z]+(?:\/[a-z0-9.-]+)+)`/g)].map(([, path]) => path as string);
  expect(named.length).toBeGreaterThan(20);
  const missing = named.filter((path) => !existsSync(join(root, path)) && !existsSync(join(src, path)));
  expect(missing).toEqual([]);
});
