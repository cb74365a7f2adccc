import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);

/** Without a leak it is 1,000 or so in either direction; one small schema that stays behind is 5,000. */
const mostBytes = 4_000;

it('a mock that is closed leaves nothing of itself in memory, nor of its handlers', { timeout: 240_000 }, async () => {
  const script = join(import.meta.dirname, 'heap-growth.mjs');
  const { stdout } = await run(process.execPath, ['--expose-gc', script]);
  expect(stdout).toMatch(/^-?\d+$/);
  expect(Number(stdout)).toBeLessThan(mostBytes);
});
