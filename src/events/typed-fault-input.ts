import type { FaultInput } from '../core/fault-input.ts';
import type { EventPattern } from './catalog.ts';

/** A fault rule as a program writes it: `{ status: 503, first: 2, type: 'product.updated' }`. One key names the kind. */
export type TypedFaultInput = FaultInput<EventPattern>;
