import type { Disorder } from './disorder.ts';
import type { Policy } from './profile.ts';
import type { Rng } from './rng.ts';
import type { State } from './state.ts';
import type { Effect, JournalFact } from './types.ts';

/** What the engine goes by: the platform's rules and the disorder that is asked for. Every chance is keyed, so `rng` has no state. */
export interface EngineRules {
  policy: Policy;
  disorder: Disorder;
  rng: Rng;
}

/** What one step of the engine works with. */
export interface Work extends EngineRules {
  state: State;
  now: number;
  effects: Effect[];
}

/**
 * What the journal adds to a fact: its place, and the mock's time (milliseconds since the epoch). Facts of every delivery are made with
 * room for it: what is added later is kept in a place of its own, and tens of thousands of entries are kept.
 */
export interface Stamp {
  seq: number;
  at: number;
}

export const record = (work: Work, entry: JournalFact): void => {
  work.effects.push(entry);
};
export const recorder = (work: Work) => (entry: JournalFact) => record(work, entry);
