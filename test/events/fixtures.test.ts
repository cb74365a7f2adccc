import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CloudEvent } from '../../src/core/types.ts';
import { pimEventTypes } from '../../src/events/catalog.ts';
import { fixtureSecrets, fixtureText } from '../../src/events/fixture-files.ts';
import { type ScenarioName, scenarios } from '../../src/events/scenarios.ts';
import { expectValid } from './event-validator.ts';

const folder = new URL('../../fixtures/', import.meta.url);
const names = Object.keys(scenarios) as ScenarioName[];
const read = (name: ScenarioName): string => readFileSync(new URL(`${name}.ndjson`, folder), 'utf8');

interface Capture {
  received_at: string;
  headers: Record<string, string>;
  body: string;
}
const linesOf = <T>(name: ScenarioName): T[] =>
  read(name)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
const eventsOf = (name: ScenarioName): CloudEvent[] =>
  linesOf<CloudEvent | Capture>(name).map((line) => (typeof line.body === 'string' ? JSON.parse(line.body) : line));
const count = (events: CloudEvent[], type: string): number =>
  events.filter((event) => event.type.endsWith(type)).length;

describe('the recordings', () => {
  it('are exactly what the scenarios make: after a change of the generator run node scripts/make-fixtures.mjs', async () => {
    expect(
      readdirSync(folder)
        .filter((file) => file.endsWith('.ndjson'))
        .sort(),
    ).toEqual(names.map((name) => `${name}.ndjson`).sort());
    for (const name of names) expect((await fixtureText(name)) === read(name), name).toBe(true);
  });

  it.each(names)('hold valid events with distinct ids, in the order of time: %s', (name) => {
    const events = eventsOf(name);
    for (const event of events) expectValid(event);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    const times = events.map(({ time }) => time ?? '');
    expect(times).toEqual([...times].sort());
  });
});

describe('the story', () => {
  it('of a product launch begins with the structure and ends with five complete products', () => {
    const events = eventsOf('product-launch');
    expect(events[0]?.type).toBe('com.akeneo.pim.v1.attribute-group.created');
    expect(count(events, '.product.created')).toBe(5);
    expect(events.at(-1)?.type).toBe('com.akeneo.pim.v1.product.became-complete');
  });

  it('of a mass edit has a thousand products between the steps of its job', () => {
    const events = eventsOf('mass-edit');
    expect(count(events, '.product.updated')).toBe(1_000);
    expect(count(events, '.product.updated.delta')).toBe(1_000);
    expect(count(events, '.job.mass-edit.status-changed')).toBe(3);
  });

  it('of a mixed day has every type of a PIM in it, over twenty-four hours', () => {
    const events = eventsOf('mixed-day');
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(pimEventTypes));
    const span = Date.parse(events.at(-1)?.time ?? '') - Date.parse(events[0]?.time ?? '');
    expect(span).toBeGreaterThan(23.9 * 3_600_000);
    expect(span).toBeLessThan(24 * 3_600_000);
  });

  it('of a nightly import is a capture whose signatures are those of its exact bodies', () => {
    for (const { body, headers } of linesOf<Capture>('nightly-import')) {
      const sign = (secret: string): string => createHmac('sha256', secret).update(body).digest('hex');
      expect(headers['x-akeneo-signature-primary']).toBe(sign(fixtureSecrets.primary));
      expect(headers['x-akeneo-signature-secondary']).toBe(sign(fixtureSecrets.secondary));
      expect(JSON.stringify(JSON.parse(body))).toBe(body);
    }
  });
});
