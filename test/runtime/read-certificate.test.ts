import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readCertificate } from '../../src/runtime/read-certificate.ts';
import { start } from '../mock/integration.ts';
import { certificateFile } from './handler.ts';

async function fileWith(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'aep-mock-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'ca.pem');
  await writeFile(file, text);
  return file;
}

it('a PEM file is read as it is, with as many certificates as it has', async () => {
  const one = await readCertificate(certificateFile);
  expect(one).toContain('BEGIN CERTIFICATE');
  expect(await readCertificate(await fileWith(one + one))).toBe(one + one);
});

it.each([
  ['is empty', ''],
  ['is something else', '{"name": "package.json"}'],
  ['holds a broken certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
])('a file that %s is refused when the mock starts', async (_name, text) => {
  const ca = await fileWith(text);
  await expect(start({ ca })).rejects.toMatchObject({
    code: 'INVALID_OPTION',
    message: `ca: ${JSON.stringify(ca)} is not a file with a PEM certificate`,
  });
});

it('a file that cannot be read is refused', async () => {
  await expect(readCertificate(`${certificateFile}.missing`)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
});

it('a host that is none is refused when the mock starts', async () => {
  await expect(start({ allowHost: ['http://x/y'] })).rejects.toMatchObject({
    code: 'INVALID_OPTION',
    message: 'option "allowHost": "http://x/y" is not the bare name of a host',
  });
});
