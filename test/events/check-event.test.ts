import { describe, expect, it } from 'vitest';
import { checkCloudEvent } from '../../src/events/check-event.ts';
import { cloudEvent } from '../core/world.ts';

const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

describe('an event', () => {
  it('needs no data, or has whatever JSON it likes', () => {
    const { data: _data, ...bare } = cloudEvent('e1');
    expect(checkCloudEvent(bare)).toEqual(bare);
    for (const data of [null, 5, 'text', [], nested(100)])
      expect(checkCloudEvent({ ...bare, data }).data).toEqual(data);
  });

  it.each([101, 50_000])('is refused when its data is nested %i levels deep', (levels) => {
    for (const field of ['data', 'id', 'extension']) {
      expect(() => checkCloudEvent({ ...cloudEvent('e1'), [field]: nested(levels) })).toThrow(
        `event ${field}: "{…}" is not nested at most 100 levels deep`,
      );
    }
    expect(() => checkCloudEvent(nested(levels))).toThrow('event itself: "[…]" is not a JSON object');
  });
});
