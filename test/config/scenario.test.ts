import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { optionsOf } from '../../src/config/option-table.ts';
import { resolveMockOptions, resolveOptions } from '../../src/config/options.ts';
import { resolveScenario, type ScenarioOptions } from '../../src/config/resolve-scenario.ts';
import { scenarios } from '../../src/core/scenario.ts';
import { errorOf } from '../error-of.ts';

const resolve = (options: Partial<ScenarioOptions>) => resolveScenario({ ...resolveMockOptions(), ...options });

function fileWith(content: unknown): string {
  const folder = mkdtempSync(join(tmpdir(), 'aep-mock-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'scenario.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

describe('a scenario', () => {
  it('is calm unless somebody asks for another', () => {
    expect(resolve({})).toEqual({
      name: 'calm',
      disorder: { duplicates: 0, shuffle: 0, order: 'natural' },
      faults: [],
    });
  });

  it('gives way to what is asked for in so many words, and its rules come after those', () => {
    const { disorder, faults } = resolve({ scenario: 'hostile', duplicates: 0, shuffle: 3, faults: [{ reset: true }] });
    expect(disorder).toEqual({ duplicates: 0, shuffle: 3, order: 'natural' });
    expect(faults).toEqual([{ reset: true }, ...scenarios.hostile.faults]);
  });

  it('does not shuffle when the order is to be kept', () => {
    expect(resolve({ scenario: 'hostile', order: 'fifo' }).disorder).toEqual({
      duplicates: scenarios.hostile.disorder.duplicates,
      shuffle: 0,
      order: 'fifo',
    });
  });

  it('comes from a file', () => {
    const scenarioFile = fileWith({ disorder: { shuffle: 7 }, faults: [{ status: 503 }, 'timeout first=1'] });
    expect(resolve({ scenarioFile, duplicates: 0.5 })).toEqual({
      name: scenarioFile,
      disorder: { duplicates: 0.5, shuffle: 7, order: 'natural' },
      faults: [{ status: 503 }, { timeout: true, first: 1 }],
    });
  });

  it('in a file that keeps the order gives way to shuffling', () => {
    const scenarioFile = fileWith({ disorder: { order: 'fifo' } });
    expect(resolve({ scenarioFile, shuffle: 2 }).disorder).toEqual({ duplicates: 0, shuffle: 2, order: 'natural' });
  });
});

describe('refused is', () => {
  it.each<[string, Partial<ScenarioOptions>, RegExp]>([
    ['order with shuffling', { order: 'fifo', shuffle: 2 }, /--order fifo and --shuffle exclude each other/],
    [
      'a preset with a file',
      { scenario: 'hostile', scenarioFile: 'x.json' },
      /--scenario hostile and --scenario-file exclude/,
    ],
    [
      'a file that is not there',
      { scenarioFile: '/nowhere.json' },
      /cannot read \/nowhere.json: there is no such file/,
    ],
  ])('%s', (_name, options, message) => {
    expect(errorOf(() => resolve(options)).message).toMatch(message);
  });

  it.each<[unknown, RegExp]>([
    ['{', /it is not valid JSON/],
    ['[]', /it is no JSON object/],
    [{ fault: [] }, /unknown key "fault"; did you mean "faults"\?/],
    [{ disorder: 3 }, /"disorder" is no JSON object/],
    [{ disorder: { shufle: 3 } }, /unknown key "shufle"; did you mean "shuffle"\?/],
    [{ disorder: { duplicates: 2 } }, /"disorder.duplicates" in .*: 2 is not a number from 0 to 1/],
    [{ disorder: { order: 'fifo', shuffle: 3 } }, /exclude each other/],
    [{ faults: [3] }, /"faults" in .*: 3 is not a fault rule/],
  ])('a file with %j', (content, message) => {
    expect(errorOf(() => resolve({ scenarioFile: fileWith(content) })).message).toMatch(message);
  });
});

describe('the flag --fault', () => {
  it('is given as often as needed, and a variable holds several', () => {
    const flags = resolveOptions(optionsOf.start, { flags: { fault: ['status=503 first=2', 'timeout'] } });
    expect(flags.faults.value).toEqual([{ status: 503, first: 2 }, { timeout: true }]);
    const env = resolveOptions(optionsOf.start, { env: { AEP_MOCK_FAULTS: 'status=503 first=2; timeout' } });
    expect(env.faults.value).toEqual(flags.faults.value);
  });

  it('names itself when a value is no rule', () => {
    expect(errorOf(() => resolveMockOptions({ faults: [3] as never })).message).toMatch(/^option "faults": 3 is not/);
  });
});
