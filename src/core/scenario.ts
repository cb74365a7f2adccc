import { type Disorder, noDisorder } from './disorder.ts';
import type { FaultInput } from './fault-input.ts';

/** How badly things go: disorder and faults under one name. */
export interface Scenario {
  help: string;
  disorder: Disorder;
  faults: FaultInput[];
}

/**
 * Three words in front of the numbers. The numbers are ours: the platform publishes none. Each class of failures stays well below
 * the share that suspends a subscription (profile: failureShareLimit), or else little would be left to watch. The presets are about
 * deliveries alone; a management API that fails is asked for with a rule of its own.
 */
export const scenarios = {
  calm: { help: 'nothing is injected', disorder: noDisorder, faults: [] },
  realistic: {
    help: 'a few duplicates, a little disorder, now and then a failure that a retry mends',
    disorder: { duplicates: 0.01, shuffle: 5, order: 'natural' },
    faults: [
      { name: 'server-error', status: 503, probability: 0.004 },
      { name: 'late-answer', timeout: true, reached: true, probability: 0.002 },
      { name: 'lost-connection', reset: true, probability: 0.001 },
    ],
  },
  hostile: {
    help: 'everything that goes wrong in a bad year; with bad luck a subscription is suspended',
    disorder: { duplicates: 0.1, shuffle: 50, order: 'natural' },
    faults: [
      { name: 'server-error', status: 503, probability: 0.01 },
      { name: 'late-answer', timeout: true, reached: true, probability: 0.005 },
      { name: 'lost-answer', reset: true, reached: true, probability: 0.005 },
      { name: 'throttled', status: 429, probability: 0.005 },
      { name: 'forged', corruptSignature: true, probability: 0.005 },
      { name: 'slow-start', delay: '2s', probability: 0.05 },
    ],
  },
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof scenarios;
export const scenarioNames = Object.keys(scenarios) as ScenarioName[];
export const scenarioNamed = (name: ScenarioName): Scenario => scenarios[name];
