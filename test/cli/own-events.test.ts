import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readOwnEvents } from '../../src/cli/own-events.ts';

it('data of your own that is nested too deep is refused before it is copied', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'aep-mock-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'event.json');
  await writeFile(file, `{"data": ${'['.repeat(50_000)}${']'.repeat(50_000)}}`);
  const time = '2026-01-05T08:00:00Z';
  const defaults = {
    type: 'product.updated',
    source: 'pim',
    time,
    makeId: () => 'e1',
    set: {},
    as: undefined,
    count: 1,
  };
  await expect(readOwnEvents(file, defaults)).rejects.toThrow(
    `event ${file}.data: "{…}" is not nested at most 100 levels`,
  );
});
