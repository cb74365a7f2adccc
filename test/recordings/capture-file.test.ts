import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { CaptureFile, type CaptureFileOptions } from '../../src/recordings/capture-file.ts';

function folderForTest(): string {
  const folder = mkdtempSync(join(tmpdir(), 'aep-mock-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

function opened(options: CaptureFileOptions): CaptureFile {
  const file = new CaptureFile(options);
  file.open();
  return file;
}

it('goes on at the end of the file, on a line of its own where the last one is torn', () => {
  const path = join(folderForTest(), 'capture.ndjson');
  writeFileSync(path, '{"received_at":"2026');
  const file = opened({ path });
  file.write('{"a":1}\n');
  file.write('{"b":2}\n');
  file.close();
  expect(readFileSync(path, 'utf8')).toBe('{"received_at":"2026\n{"a":1}\n{"b":2}\n');
});

it('numbers the files in the order of writing, renames none, and goes on with the last after a restart', () => {
  const folder = folderForTest();
  const options = { path: join(folder, 'capture.ndjson'), rotateBytes: 10 };
  const file = opened(options);
  for (const line of ['12345\n', '1234567890123\n', 'abc\n', 'def\n']) file.write(line);
  file.close();
  const again = opened(options);
  again.write('g\n');
  again.close();
  const withoutLimit = opened({ path: options.path });
  withoutLimit.write('h\n');
  withoutLimit.close();
  expect(withoutLimit.paths).toEqual(
    ['capture.ndjson', 'capture.1.ndjson', 'capture.2.ndjson'].map((name) => join(folder, name)),
  );
  expect(
    Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')])),
  ).toEqual({
    'capture.ndjson': '12345\n',
    'capture.1.ndjson': '1234567890123\n',
    'capture.2.ndjson': 'abc\ndef\ng\nh\n',
  });
});

it('goes on behind the newest though older ones were packed or taken away, and tells those that are there', () => {
  const folder = folderForTest();
  const place = (name: string) => join(folder, name);
  for (const name of [
    'capture.1.ndjson.gz',
    'capture.11.ndjson',
    'other.12.ndjson',
    'capture.x.ndjson',
    'capture.ndjson.bak',
  ])
    writeFileSync(place(name), 'old\n');
  const file = opened({ path: place('capture.ndjson') });
  file.write('new\n');
  file.close();
  expect(readFileSync(place('capture.11.ndjson'), 'utf8')).toBe('old\nnew\n');
  expect(file.paths).toEqual([place('capture.1.ndjson.gz'), place('capture.11.ndjson')]);
  renameSync(place('capture.11.ndjson'), place('capture.11.ndjson.gz'));
  const again = opened({ path: place('capture.ndjson') });
  again.close();
  expect(again.path).toBe(place('capture.12.ndjson'));
});

it('says what is wrong with a place where nothing can be written', () => {
  expect(() => opened({ path: '/nowhere/at/all.ndjson' })).toThrow(/cannot write \/nowhere\/at\/all.ndjson/);
});

it('adds nothing to a file that is compressed, whatever its name says', () => {
  const path = join(folderForTest(), 'capture.ndjson');
  const packed = gzipSync('{"a":1}\n');
  writeFileSync(path, packed);
  expect(() => opened({ path })).toThrow(`cannot write ${path}: it is gzip`);
  expect(readFileSync(path)).toEqual(packed);
});
