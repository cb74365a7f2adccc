import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';

it('the Express example passes its tests under node:test', { timeout: 60_000 }, async () => {
  const child = spawn(process.execPath, ['--test', '--test-reporter=tap'], {
    cwd: join(import.meta.dirname, 'express-node-test'),
    env: { PATH: process.env.PATH ?? '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  expect(output).toMatch(/^# pass [1-9]\d*$/m);
  expect(output).toMatch(/^# fail 0$/m);
  expect(child.exitCode).toBe(0);
});
