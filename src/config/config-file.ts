import { existsSync, readFileSync } from 'node:fs';
import { nearest } from '../core/nearest.ts';
import { fail, fileProblem } from '../errors.ts';
import { optionNames, specOf } from './option-table.ts';

/** Read from the working directory when it is there. */
const defaultConfigFile = 'aep-mock.config.json';

export interface ConfigFile {
  path: string;
  values: Record<string, unknown>;
}

const fileKeys = optionNames.filter((name) => !specOf(name).notInFile);

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw fail('CONFIG_FILE', { file: path, reason: fileProblem(error) });
  }
}

/** Checks the shape of a config file's text: a JSON object whose keys are options. Their values are checked when resolved. */
export function parseConfigFile(path: string, text: string): ConfigFile {
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch (error) {
    throw fail('CONFIG_FILE', { file: path, reason: `it is not valid JSON (${(error as Error).message})` });
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw fail('CONFIG_FILE', { file: path, reason: 'it holds no JSON object' });
  }
  for (const key of Object.keys(values)) {
    // "$schema" is what editors use to complete a JSON file.
    if (key === '$schema' || fileKeys.some((name) => name === key)) continue;
    const close = nearest(key, fileKeys);
    throw fail('CONFIG_FILE', {
      file: path,
      reason: `unknown key "${key}"${close === undefined ? '' : `; did you mean "${close}"?`}`,
    });
  }
  return { path, values: values as Record<string, unknown> };
}

/** Reads the file at `path`, which has to be there; without a path the default one, if it is there. */
export function readConfigFile(path: string | undefined): ConfigFile | undefined {
  if (path === undefined && !existsSync(defaultConfigFile)) return undefined;
  const file = path ?? defaultConfigFile;
  return parseConfigFile(file, readText(file));
}
