import type { Capturable } from '../core/capturable.ts';
import type { Rng, RngPosition } from '../core/rng.ts';
import type { Author } from './author.ts';
import type { EventType } from './catalog.ts';
import { createRequests, type GeneratedEvent } from './requests.ts';
import { createSamplers } from './samplers.ts';
import { createTraffic } from './traffic.ts';
import { createWorld, type PimSnapshot, type WorldState } from './world.ts';

export type { GeneratedEvent } from './requests.ts';
export type { PimSnapshot } from './world.ts';

export interface GeneratorOptions {
  rng: Rng;
  /** The envelope's `source` attribute. */
  source: string;
  /** How many products exist at the start, with models, assets and the rest in proportion; 0 is an empty PIM. */
  stock?: number;
}

export interface GeneratorState {
  world: WorldState;
  rng: RngPosition;
}

/** Makes the events of a small fictional PIM. What it emits fits together: see `createSamplers` and `createTraffic`. */
export interface Generator extends Capturable<GeneratorState> {
  /** Exactly one event of a type. What it needs and does not find is taken to have existed all along. */
  sample(type: EventType, now: number, options?: { author?: Author }): GeneratedEvent;
  /** The events of the next request to the PIM, in causal order; all share a correlation id. */
  next(now: number): GeneratedEvent[];
  /** A copy of what is in the PIM now. */
  snapshot(): PimSnapshot;
}

const defaultStock = 25;

/** Makes a PIM and the generator of its events. The same rng and the same times give the same events, byte for byte. */
export async function createGenerator({ rng, source, stock = defaultStock }: GeneratorOptions): Promise<Generator> {
  const world = await createWorld(rng.fork('pim'), stock);
  const begin = createRequests(world.pim, rng.fork('requests'), source);
  const traffic = createTraffic(world, rng.fork('traffic'), stock || defaultStock);
  const samplers = createSamplers(world);
  return {
    next: (now) => traffic(now).map(begin(now)),
    sample(type, now, { author } = {}) {
      world.buildAll();
      return begin(now, author)(samplers[type](now));
    },
    snapshot: world.snapshot,
    capture: () => ({ world: world.capture(), rng: rng.capture() }),
    restore: (state) => {
      world.restore(state.world);
      rng.restore(state.rng);
    },
  };
}
