import { readFileSync } from 'node:fs';
import { type Disorder, noDisorder } from '../core/disorder.ts';
import { nearest } from '../core/nearest.ts';
import type { Scenario } from '../core/scenario.ts';
import { fail, fileProblem } from '../errors.ts';
import { faultList } from './faults-option.ts';
import { choice, fraction, integer, type Kind } from './option-kind.ts';

/** What each number of disorder takes, in a file and on the command line. */
export const disorderKinds: { [Key in keyof Disorder]: Kind<Disorder[Key]> } = {
  duplicates: fraction(0, 1),
  shuffle: integer('n', 0, 10_000),
  order: choice(['natural', 'fifo']),
};

/**
 * Reads a scenario of one's own: `{ "disorder": { … }, "faults": [ … ] }`, both optional. What is in the rules is checked when they come
 * into force.
 * @throws FILE_UNREADABLE, SCENARIO_FILE, INVALID_OPTION for a value
 */
export function readScenarioFile(file: string): Omit<Scenario, 'help'> {
  const content = asObject(file, parse(file), 'it', ['disorder', 'faults']);
  const given = asObject(file, content.disorder ?? {}, '"disorder"', Object.keys(disorderKinds));
  const read = <Key extends keyof Disorder>(key: Key): Disorder[Key] =>
    given[key] === undefined ? noDisorder[key] : disorderKinds[key].read(given[key], `"disorder.${key}" in ${file}`);
  const disorder: Disorder = { duplicates: read('duplicates'), shuffle: read('shuffle'), order: read('order') };
  if (disorder.order === 'fifo' && disorder.shuffle > 0) {
    throw fail('SCENARIO_FILE', { file, reason: '"order": "fifo" and "shuffle" exclude each other' });
  }
  return { disorder, faults: faultList.read(content.faults ?? [], `"faults" in ${file}`) };
}

function parse(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw fail('FILE_UNREADABLE', { file, reason: fileProblem(error) });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw fail('SCENARIO_FILE', { file, reason: `it is not valid JSON (${(error as Error).message})` });
  }
}

function asObject(file: string, value: unknown, what: string, keys: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw fail('SCENARIO_FILE', { file, reason: `${what} is no JSON object` });
  }
  for (const key of Object.keys(value)) {
    if (keys.includes(key)) continue;
    const close = nearest(key, keys);
    throw fail('SCENARIO_FILE', {
      file,
      reason: `unknown key "${key}"${close === undefined ? '' : `; did you mean "${close}"?`}`,
    });
  }
  return value as Record<string, unknown>;
}
