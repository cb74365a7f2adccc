import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseConfigFile, readConfigFile } from '../../src/config/config-file.ts';

function temporaryFile(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'aep-mock-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'config.json');
  writeFileSync(path, text);
  return path;
}

describe('the config file', () => {
  it('is read with a byte order mark and an editor schema', () => {
    const path = temporaryFile('\uFEFF{"$schema":"x","port":1}');
    expect(readConfigFile(path)).toEqual({ path, values: { $schema: 'x', port: 1 } });
  });

  it('is not needed unless it is named', () => {
    expect(() => readConfigFile('/nowhere/aep-mock.config.json')).toThrow(/there is no such file/);
    expect(readConfigFile(undefined)).toBeUndefined();
  });

  it.each([
    ['{"prot":1}', 'config file c.json: unknown key "prot"; did you mean "port"?'],
    ['{"config":"x"}', 'config file c.json: unknown key "config"'],
    ['[1]', 'config file c.json: it holds no JSON object'],
    ['null', 'config file c.json: it holds no JSON object'],
  ])('%s is refused', (text, message) => {
    expect(() => parseConfigFile('c.json', text)).toThrow(message);
  });

  it('says why it is no JSON', () => {
    expect(() => parseConfigFile('c.json', '{"port":1,}')).toThrow(/config file c.json: it is not valid JSON \(/);
  });
});
