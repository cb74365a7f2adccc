/** What a mock is to be: its options checked, and everything that follows from them worked out. Starts nothing. */
import { inspect } from 'node:util';
import { isSecretOption } from './config/option-table.ts';
import { type MockOptions, type ResolvedMockOptions, resolveMockOptions } from './config/options.ts';
import { type ResolvedScenario, resolveScenario } from './config/resolve-scenario.ts';
import { checkFaultRules, type FaultContext } from './core/check-fault-rules.ts';
import type { FaultRule } from './core/fault.ts';
import { isLoopbackHost } from './core/loopback.ts';
import { type Policy, resolvePolicy } from './core/profile.ts';
import { fail } from './errors.ts';
import { resolveTypes } from './events/catalog.ts';
import type { Clock } from './runtime/clock.ts';
import { freshSeed } from './runtime/fresh-seed.ts';
import { makeClock } from './runtime/mock-clock.ts';

/** What `startMock` takes: its options, and a clock of your own. */
export interface StartOptions extends Omit<MockOptions, 'clock'> {
  /** Whose time the mock lives in: `system` by default, `virtual` to move it by hand, or a clock of your own. */
  clock?: 'system' | 'virtual' | Clock;
}

export interface MockPlan {
  options: ResolvedMockOptions;
  clock: Clock;
  seed: number;
  policy: Policy;
  scenario: ResolvedScenario;
  /** The fault rules that the mock starts with, and what further ones are checked against. */
  faultRules: FaultRule[];
  faultContext: FaultContext;
  /** How to have the same run again, for the timeline. */
  repeat(): string;
}

/** What is not a matter of the mock itself, but of who starts it. */
export interface RunContext {
  /** How to have the run with this seed again; a call of `startMock` otherwise. */
  repeat?: (seed: number) => string;
}

/** @throws TOKEN_REQUIRED_TO_BIND, INVALID_OPTION, CONFLICTING_OPTIONS, FAULT_RULE, FAULT_NEVER_FIRES */
export function planMock(start: StartOptions, run: RunContext = {}): MockPlan {
  const { clock: ownClock, ...given } = start;
  const isNamed = ownClock === undefined || typeof ownClock === 'string';
  // A free port, so that mocks never meet: the fixed one is for people, who type it.
  const asked = { ...given, port: given.port ?? 0 };
  const options = resolveMockOptions(isNamed && ownClock ? { ...asked, clock: ownClock } : asked);
  const { host, token, rate } = options;
  if (!isLoopbackHost(host) && token === undefined) throw fail('TOKEN_REQUIRED_TO_BIND', { host });
  const policy = resolvePolicy(options.profile, { ...options.policy, ...(rate === 'unlimited' && { rateMax: null }) });
  const { rateMin, rateMax } = policy;
  if (rateMax !== null && rateMin > rateMax)
    throw fail('INVALID_OPTION', {
      option: 'policy rateMin',
      value: rateMin,
      expected: `at most rateMax, which is ${rateMax}`,
    });
  const scenario = resolveScenario(options);
  const mostAttempts = policy.retryDelaysMs.length + 1;
  const faultContext: FaultContext = { resolveTypes, mostAttempts, order: scenario.disorder.order };
  const seed = options.seed ?? freshSeed();
  return {
    options,
    clock: makeClock(isNamed ? options : { ...options, clock: ownClock }),
    seed,
    repeat: () => run.repeat?.(seed) ?? repeatCall(start, seed),
    policy,
    scenario,
    faultRules: checkFaultRules(scenario.faults, faultContext),
    faultContext,
  };
}

/** The call that starts the same mock again. Secrets are left out, and so is what another run has of its own. */
function repeatCall({ seed: _asked, ...given }: StartOptions, seed: number): string {
  const shown = Object.entries({ ...given, seed }).filter(
    ([name, value]) =>
      value !== undefined &&
      !isSecretOption(name) &&
      name !== 'port' &&
      !(name === 'clock' && typeof value !== 'string'),
  );
  return `startMock(${inspect(Object.fromEntries(shown), { breakLength: Number.POSITIVE_INFINITY, depth: 4 })})`;
}
