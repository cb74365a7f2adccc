import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planMock } from '../src/mock-plan.ts';

const src = join(import.meta.dirname, '../src');
const read = (file: string): string => readFileSync(join(src, file), 'utf8');

/** What an entry exports: the file, and the names of its own or `*`. */
function* exportsOf(entry: string): Generator<{ file: string; names: string[] }> {
  for (const [, list = '', file = ''] of read(entry).matchAll(/export (?:type )?(\*|\{[^}]*\}) from '\.\/([^']+)'/g)) {
    const declared = [...read(file).matchAll(/^export (?:interface|type) (\w+)/gm)].map(([, name = '']) => name);
    const listed = list.split(/[{},]/).map((name) => name.trim().replace(/^type | as .*$/g, ''));
    yield { file, names: list === '*' ? declared : listed.filter((name) => name !== '') };
  }
}

/** Whether a declaration is documented; undefined where the file hands it on. */
function isDocumented(text: string, name: string): boolean | undefined {
  const declaration = new RegExp(
    `(.*)\\n(?:export )(?:async )?(?:interface|type|class|const|function) ${name}\\b`,
  ).exec(text);
  return declaration?.[1]?.trimEnd().endsWith('*/');
}

describe('what an editor shows of the library', () => {
  it('has words for everything that is exported', () => {
    const entries = [...exportsOf('index.ts')];
    expect(entries.flatMap(({ names }) => names).length).toBeGreaterThan(60);
    const bare = entries.flatMap(({ file, names }) => {
      // The composition root hands on what its plan declares.
      const text = file === 'mock.ts' ? read(file) + read('mock-plan.ts') : read(file);
      return names.filter((name) => isDocumented(text, name) !== true).map((name) => `${file}: ${name}`);
    });
    expect(bare).toEqual([]);
  });

  it('names the default of each option as startMock has it', () => {
    const [, body = ''] = /export interface MockOptions \{\n(.*?)\n\}/s.exec(read('config/options.ts')) ?? [];
    const documented = Object.fromEntries(
      [...body.matchAll(/\/\*\* (.*) \*\/\n {2}(\w+)\?:/g)].map(([, doc = '', name = '']) => [name, doc]),
    );
    const { options } = planMock({});
    expect(Object.keys(documented).sort()).toEqual(Object.keys(options).sort());
    const wrong = Object.entries(options).filter(
      ([name, value]) =>
        ['string', 'number', 'boolean'].includes(typeof value) && !documented[name]?.includes(`; \`${value}\``),
    );
    expect(wrong.map(([name]) => name)).toEqual([]);
  });
});
