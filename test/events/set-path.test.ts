import { describe, expect, it } from 'vitest';
import { setPath } from '../../src/events/set-path.ts';

describe('a dotted path', () => {
  it('makes the objects on its way, and reaches the items of an array', () => {
    const event = { data: { list: [{ a: 1 }, { a: 2 }] } };
    setPath(event, 'data.product.uuid', 'x');
    setPath(event, 'data.list.1.a', 3);
    expect(event.data).toEqual({ list: [{ a: 1 }, { a: 3 }], product: { uuid: 'x' } });
  });

  it.each(['data.list.2', 'data.list.99999999.a', 'data.list.-1', 'data.list.01', 'data.list.length', 'data.list.x.y'])(
    'is refused when it leads beyond the items of an array: %s',
    (path) => {
      const event = { data: { list: [1, 2] } };
      expect(() => setPath(event, path, 0)).toThrow(/is not a path to an item that is there: \S+ is not one of the 2$/);
      expect(event).toEqual({ data: { list: [1, 2] } });
    },
  );

  it.each(['', 'data..x', '__proto__.x', 'data.constructor'])('is refused when it is none: %j', (path) => {
    expect(() => setPath({ data: {} }, path, 0)).toThrow(/is not a dotted path/);
  });
});
