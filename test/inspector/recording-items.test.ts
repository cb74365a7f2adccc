import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileBytes } from '../../src/inspector/client/publish/file-bytes.ts';
import { longestLine } from '../../src/inspector/client/publish/line-splitter.ts';
import { type Item, recordingItems } from '../../src/inspector/client/publish/recording-items.ts';

/** The items of a text whose bytes come in parts of the given size. */
async function itemsOf(recording: string | Uint8Array, partBytes = 7): Promise<Item[]> {
  const bytes = typeof recording === 'string' ? new TextEncoder().encode(recording) : recording;
  async function* parts(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += partBytes) yield bytes.subarray(at, at + partBytes);
  }
  const items: Item[] = [];
  for await (const some of recordingItems(parts())) items.push(...some);
  return items;
}

const textsOf = (items: readonly Item[]): string[] => items.map((item) => ('text' in item ? item.text : item.reason));

describe('lines of JSON', () => {
  it('come out with their numbers; blank ones are passed over', async () => {
    const items = await itemsOf('\uFEFF{"a":1}\r\n\r\n{"b":"ü"}\n  \n{"c":3}');
    expect(items.map(({ line }) => line)).toEqual([1, 3, 5]);
    expect(textsOf(items).map((text) => JSON.parse(text))).toEqual([{ a: 1 }, { b: 'ü' }, { c: 3 }]);
  });

  it('come out the same wherever the parts of the file end', async () => {
    const line = fc.json().map((text) => JSON.stringify({ text }));
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1 }), fc.integer({ min: 1, max: 50 }), async (lines, partBytes) => {
        expect(textsOf(await itemsOf(lines.join('\n'), partBytes))).toEqual(lines);
      }),
    );
  });

  it('that are no UTF-8 are bad ones, and reading goes on behind them', async () => {
    const bytes = Buffer.concat([Buffer.from('{"a":1}\n{"b":"'), Buffer.from([0xff]), Buffer.from('"}\n{"c":3}\n')]);
    expect(textsOf(await itemsOf(bytes))).toEqual(['{"a":1}', 'it is not valid UTF-8', '{"c":3}']);
  });

  it('that are too long are passed over without being kept', async () => {
    const long = `{"a":1}\n"${'x'.repeat(longestLine)}"\n{"c":3}\n`;
    expect(textsOf(await itemsOf(long, 1024 * 1024))).toEqual(['{"a":1}', 'the line is longer than 16 MiB', '{"c":3}']);
  });

  it('are lines even when the first was cut off', async () => {
    const items = await itemsOf('{"received_at":"2026-01-0\n{"b":2}\n{"c":3}\n');
    expect(textsOf(items)).toEqual(['{"received_at":"2026-01-0', '{"b":2}', '{"c":3}']);
  });
});

describe('a JSON array', () => {
  it('comes out item by item, the same wherever the parts of the file end', async () => {
    const values = fc.array(fc.jsonValue(), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(values, fc.nat(3), fc.integer({ min: 1, max: 50 }), async (items, indent, partBytes) => {
        const read = await itemsOf(JSON.stringify(items, undefined, indent), partBytes);
        expect(textsOf(read).map((text) => JSON.parse(text))).toEqual(JSON.parse(JSON.stringify(items)));
      }),
    );
  });

  it('tells the line on which an item begins', async () => {
    const items = await itemsOf('[\n  {\n    "a": "[,]}"\n  },\n\n  {"b": "\\"\\\\"},\n  3\n]\n');
    expect(items.map(({ line }) => line)).toEqual([2, 6, 7]);
  });

  it('that is cut off has what came before, and says that it ends', async () => {
    const items = await itemsOf('[\n{"a":1},\n{"b":');
    expect(items).toEqual([
      { line: 2, text: '{"a":1}' },
      { line: 3, reason: 'the array ends in the middle' },
    ]);
  });

  it('with nothing in it has no items, and an empty place is one that cannot be read', async () => {
    expect(await itemsOf(' [ ]\n')).toEqual([]);
    expect(textsOf(await itemsOf('[{"a":1},,{"b":2}]'))).toEqual(['{"a":1}', '', '{"b":2}']);
  });

  it('that is no UTF-8 is read up to there', async () => {
    const bytes = Buffer.concat([Buffer.from('[{"a":1},\n{"b":"'), Buffer.from([0xff]), Buffer.from('"}]')]);
    expect(textsOf(await itemsOf(bytes)).at(-1)).toMatch(/not valid UTF-8; what is behind it cannot be read/);
  });
});

it('an event that is laid out over several lines is one item', async () => {
  const event = { specversion: '1.0', data: { list: [1, 2] } };
  const [item] = await itemsOf(JSON.stringify(event, undefined, 2));
  expect(item).toMatchObject({ line: 1, text: JSON.stringify(event, undefined, 2) });
});

it('a recording that is read no further is closed', async () => {
  let isClosed = false;
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield new TextEncoder().encode('{"a":1}\n'.repeat(10_000));
    } finally {
      isClosed = true;
    }
  }
  for await (const items of recordingItems(endless())) if (items.length > 0) break;
  expect(isClosed).toBe(true);
});

it('an empty recording has no items', async () => {
  expect(await itemsOf('')).toEqual([]);
});

describe('the bytes of a file', () => {
  const text = '{"a":1}\n'.repeat(100_000);
  const read = async (file: Blob): Promise<{ content: string; counted: number }> => {
    const parts: Uint8Array[] = [];
    let counted = 0;
    for await (const part of fileBytes(file, (bytes) => (counted += bytes))) parts.push(part);
    return { content: Buffer.concat(parts).toString(), counted };
  };

  it('come as they are, and are counted', async () => {
    expect(await read(new Blob([text]))).toEqual({ content: text, counted: text.length });
  });

  it('come unpacked when they are packed, and are counted as they are in the file', async () => {
    const packed = gzipSync(text);
    expect(await read(new Blob([packed]))).toEqual({ content: text, counted: packed.length });
  });

  it('that are damaged are an error', async () => {
    await expect(read(new Blob([gzipSync(text).subarray(0, 200)]))).rejects.toThrow();
  });
});
