import { describe, expect, it } from 'vitest';
import { bodyFor, openEvent, sealEvent } from '../../src/core/envelope.ts';
import type { SealedEvent } from '../../src/core/types.ts';
import { TextPacker } from '../../src/runtime/text-packer.ts';
import { cloudEvent } from '../core/world.ts';

const descriptions = ['plain', 'Größe: 42 €', 'Crème brûlée', '日本語のラベル', 'a\u0000b\uD800c', '🎈'];

/** Events of some 2,000 characters, every sixth of which has the same description. */
const events = (count: number): SealedEvent[] =>
  Array.from({ length: count }, (_, n) => {
    const product = {
      identifier: `sku-${n}`,
      description: (descriptions[n % descriptions.length] as string).repeat(150),
    };
    return sealEvent({ ...cloudEvent(`e${n}`), data: { product } }, 0, 'c');
  });

const added = (packer: TextPacker, count: number): SealedEvent[] => {
  const all = events(count);
  for (const event of all) packer.add(event);
  return all;
};

describe('texts that are kept aside', () => {
  it('are the same texts, whatever characters they have', () => {
    const kept = added(new TextPacker(() => true), 3_000);
    expect(kept).toEqual(events(3_000));
  });

  it('make the same bodies and the same events', () => {
    const kept = added(new TextPacker(() => true), 1_000);
    for (const [n, event] of events(1_000).entries()) {
      const same = kept[n] as SealedEvent;
      expect(bodyFor(same, 's1', true)).toBe(bodyFor(event, 's1', true));
      expect(openEvent(same)).toEqual(openEvent(event));
    }
  });

  it('take no room in the heap', () => {
    const externalBytes = (): number => process.memoryUsage().external;
    const before = externalBytes();
    const kept = added(new TextPacker(() => true), 6_000);
    const characters = kept.reduce(
      (sum, { text, identifiedText = '' }) => sum + text.length + identifiedText.length,
      0,
    );
    // Texts with other characters than those of Latin-1 stay where they are.
    expect(externalBytes() - before).toBeGreaterThan(0.6 * characters);
  });

  it('are asked about once for each million', () => {
    let asked = 0;
    const all = added(
      new TextPacker(() => {
        asked++;
        return false;
      }),
      3_000,
    );
    const characters = all.reduce((sum, { text, identifiedText = '' }) => sum + text.length + identifiedText.length, 0);
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThanOrEqual(characters / 1024 / 1024);
  });
});
