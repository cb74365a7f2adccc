import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layOutJson } from '../../src/inspector/client/parts/json-text.ts';

const laidOut = (text: string): string | undefined =>
  layOutJson(text)
    ?.map((piece) => piece.text)
    .join('');

describe('JSON laid out to be read', () => {
  it('looks as JSON.stringify would have it, and means the same', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(laidOut(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
      }),
    );
  });

  it('keeps every digit and every escape of the text', () => {
    expect(laidOut('{"id":12345678901234567890,"price":1.00,"name":"caf\\u00e9 \\/"}')).toBe(
      '{\n  "id": 12345678901234567890,\n  "price": 1.00,\n  "name": "caf\\u00e9 \\/"\n}',
    );
  });

  it('takes a text as long as the largest body that a fault makes', () => {
    const text = JSON.stringify({ padding: 'x'.repeat(64 * 1024 * 1024) });
    expect(laidOut(text)?.length).toBe(text.length + '\n  '.length + ' '.length + '\n'.length);
  });

  it('tells keys from strings', () => {
    expect(layOutJson('{"a":"b"}')?.map(({ kind }) => kind)).toEqual(['mark', 'key', 'mark', 'string', 'mark']);
  });

  it('leaves what is no JSON alone', () => {
    expect(laidOut('<h1>Bad gateway</h1>')).toBeUndefined();
    expect(laidOut('{"cut": "off')).toBeUndefined();
  });
});
