import { test as base, type TestAPI } from 'vitest';
import { variableOf } from '../config/option-table.ts';
import { resolveOptions } from '../config/options.ts';
import { type Mock, type StartOptions, startMock } from '../index.ts';
import { withTimeline } from '../testing/expectations.ts';
import { type RunningTest, repeatCommand } from './repeat-command.ts';

/** What a test wants of its mock: everything that `startMock` takes. */
export interface AepOptions extends StartOptions {
  /** True for a test that is about events which never arrive; otherwise they fail it. */
  allowUndelivered?: boolean;
}

export interface AepFixtures {
  /** The options of the mock: `test.override({ aepOptions: { clock: 'system' } })`, or `test.extend(…)`. */
  aepOptions: AepOptions;
  /** A mock of the test's own. */
  aep: Mock;
}

/**
 * What suits a test: time that is moved by hand, no throttling that time would have to be moved for, handlers on localhost. Each can
 * be overridden.
 */
const defaults = { clock: 'virtual', rate: 'unlimited', allowHttp: true } as const satisfies StartOptions;

/** What the environment may say about every mock of a run, so that a failure can be had again and a whole suite be made hostile. */
const fromEnvironment = [
  ...(['seed', 'profile', 'policy', 'rate'] as const),
  ...(['scenario', 'scenarioFile', 'duplicates', 'shuffle', 'order', 'faults'] as const),
];

/**
 * Vitest's `test` with a mock as a fixture. When the test has passed, everything that was published has to have been delivered,
 * unless its options say `allowUndelivered`; when it has failed, its message carries the timeline.
 */
export const test: TestAPI<AepFixtures> = base.extend<AepFixtures>({
  aepOptions: {},
  aep: async ({ aepOptions, task, onTestFinished }, use) => {
    const { allowUndelivered = false, ...asked } = aepOptions;
    // Vitest ends no further fixture when one fails to end, and throws the same error at every retry again: a hook has to throw it.
    let failure: unknown;
    let isOver = false;
    onTestFinished(() => {
      isOver = true;
      if (failure !== undefined) throw failure;
    });
    const environment = optionsOfEnvironment();
    const options: StartOptions = { ...defaults, ...environment, ...asked };
    await using mock = await startMock(options, {
      repeat: (seed) => repeatCommand(task, variablesOf(environment, asked.seed === undefined ? seed : undefined)),
    });
    await use(mock);
    const { result } = task as RunningTest;
    if (result?.state === 'fail') for (const error of result.errors ?? []) withTimeline(error, mock.timeline());
    else if (!allowUndelivered) failure = await failureOf(mock.expectAllDelivered());
    // What a hook around each test has asked for ends after the other hooks.
    if (failure !== undefined && isOver) throw failure;
  },
});

const failureOf = (expected: Promise<void>): Promise<unknown> =>
  expected.then(
    () => undefined,
    (error: unknown) => error,
  );

function optionsOfEnvironment(): StartOptions {
  const found = resolveOptions(fromEnvironment, { env: process.env });
  return Object.fromEntries(
    Object.entries(found).flatMap(([name, { value, from }]) => (from === 'env' ? [[name, value]] : [])),
  );
}

/** The variables with which the run is the same again. */
function variablesOf(environment: StartOptions, seed: number | undefined): Record<string, string> {
  const names = fromEnvironment.filter((name) => name in environment && name !== 'seed');
  const given = names.map((name) => [variableOf(name), process.env[variableOf(name)] ?? '']);
  return { ...Object.fromEntries(given), ...(seed !== undefined && { AEP_MOCK_SEED: String(seed) }) };
}
