import { randomInt } from 'node:crypto';

/** A seed for a run that was given none: the one draw that nothing repeats, so it is printed. */
export const freshSeed = (): number => randomInt(1, 1_000_000_000);
