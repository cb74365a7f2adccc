import { createRng } from '../core/rng.ts';
import type { CloudEvent } from '../core/types.ts';
import type { EventType } from './catalog.ts';

export interface DraftRequest {
  type: EventType;
  /** Another number makes another event. */
  seed: number;
  /** The envelope's `source` attribute. */
  source: string;
  /** Milliseconds since the epoch. */
  now: number;
}

/** An event as it could be published. It comes from a PIM of its own, so nothing that is generated later depends on it, nor has its id. */
export async function draftEvent({ type, seed, source, now }: DraftRequest): Promise<CloudEvent> {
  const { createGenerator } = await import('./generator.ts');
  const generator = await createGenerator({ rng: createRng(seed).fork('drafts'), source });
  return generator.sample(type, now).event;
}
