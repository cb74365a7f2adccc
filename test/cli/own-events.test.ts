import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readOwnEvents } from '../../src/cli/own-events.ts';

const updated = 'com.akeneo.pim.v1.product.updated';

/** A file with this text, gone after the test. */
async function fileOf(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'aep-mock-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'event.json');
  await writeFile(file, text);
  return file;
}

describe('a file with events of my own', () => {
  it.each([
    ['an envelope', '{"id": "a", "type": "family.created"}', [{ id: 'a', type: 'family.created' }]],
    ['an envelope without a type', '{"data": 5}', [{ type: updated, data: 5 }]],
    ['data', '{"product": {}}', [{ type: updated, data: { product: {} } }]],
    [
      'a list of both',
      '[{"product": {}}, {"data": {}}]',
      [
        { type: updated, data: { product: {} } },
        { type: updated, data: {} },
      ],
    ],
  ])('may hold %s, which the mock completes', async (_what, text, events) => {
    expect(await readOwnEvents(await fileOf(text), 'product.updated')).toEqual(events);
  });

  it.each([
    [
      'data that is nested too deep',
      `{"data": ${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
      updated,
      '.data: "{…}" is not nested at most 100 levels',
    ],
    ['what is no object', '[{}, 5]', updated, '[1]: 5 is not a JSON object'],
    ['an event of no type', '{"data": {}}', undefined, '.type: it is missing, and has to be the name of an event type'],
    ['a wildcard for a type', '{"data": {}}', 'product.*', '"product.*" is not the name of one event type'],
  ])('is refused with %s', async (_what, text, type, message) => {
    await expect(readOwnEvents(await fileOf(text), type)).rejects.toThrow(message);
  });
});
