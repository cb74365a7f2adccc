/** The mock as a Vitest fixture: `import { test, expect } from 'aep-mock/vitest'`. */
export { expect } from 'vitest';
export { type AepFixtures, type AepOptions, test } from './fixture.ts';
