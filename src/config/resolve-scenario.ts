import type { Disorder } from '../core/disorder.ts';
import type { FaultInput } from '../core/fault-input.ts';
import { type Scenario, type ScenarioName, scenarioNamed } from '../core/scenario.ts';
import { fail } from '../errors.ts';
import { readScenarioFile } from './scenario-file.ts';

/** The options that say how badly things go. */
export interface ScenarioOptions {
  scenario: ScenarioName;
  scenarioFile: string | undefined;
  duplicates: number | undefined;
  shuffle: number | undefined;
  order: Disorder['order'] | undefined;
  faults: FaultInput[];
}

/** What is in force: the preset or the file, overridden by what was asked for in so many words. */
export interface ResolvedScenario {
  /** The preset, or the file. */
  name: string;
  disorder: Disorder;
  /** In the order in which they are asked: rules of one's own come first. */
  faults: FaultInput[];
}

/** @throws CONFLICTING_OPTIONS, SCENARIO_FILE, FILE_UNREADABLE */
export function resolveScenario(options: ScenarioOptions): ResolvedScenario {
  const { scenario, scenarioFile, duplicates, shuffle, order, faults } = options;
  if (scenarioFile !== undefined && scenario !== 'calm') {
    throw fail('CONFLICTING_OPTIONS', { options: [`--scenario ${scenario}`, '--scenario-file'] });
  }
  if (order === 'fifo' && shuffle) throw fail('CONFLICTING_OPTIONS', { options: ['--order fifo', '--shuffle'] });
  const basis: Omit<Scenario, 'help'> =
    scenarioFile === undefined ? scenarioNamed(scenario) : readScenarioFile(scenarioFile);
  const disorder: Disorder = {
    duplicates: duplicates ?? basis.disorder.duplicates,
    // Asked to keep the order, a preset's shuffling is off; asked to shuffle, its order is.
    shuffle: shuffle ?? (order === 'fifo' ? 0 : basis.disorder.shuffle),
    order: order ?? (shuffle ? 'natural' : basis.disorder.order),
  };
  return { name: scenarioFile ?? scenario, disorder, faults: [...faults, ...basis.faults] };
}
