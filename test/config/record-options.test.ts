import { describe, expect, it } from 'vitest';
import { optionsOf } from '../../src/config/option-table.ts';
import { type OptionSources, resolveOptions } from '../../src/config/options.ts';
import { errorOf } from '../error-of.ts';

const secretsOf = (sources: OptionSources): string[] =>
  resolveOptions(optionsOf.record, sources).signatureSecrets.value;
const variable = (text: string): OptionSources => ({ env: { AEP_MOCK_SIGNATURE_SECRETS: text } });

describe('the secrets of a subscription', () => {
  it('stand in the variable one a line, each as it is', () => {
    expect(secretsOf(variable('primary, with a comma\nsecondary '))).toEqual(['primary, with a comma', 'secondary ']);
    expect(secretsOf(variable('\r\nprimary\r\nsecondary\r\n'))).toEqual(['primary', 'secondary']);
    expect(secretsOf(variable('only'))).toEqual(['only']);
  });

  it('stand in flags and in the file one by one', () => {
    expect(secretsOf({ flags: { secret: ['a,b', 'c'] } })).toEqual(['a,b', 'c']);
    const file = { path: 'aep-mock.config.json', values: { signatureSecrets: ['a,b', 'c'] } };
    expect(secretsOf({ file })).toEqual(['a,b', 'c']);
  });

  it('are never none by mistake', () => {
    for (const sources of [variable('\n'), { flags: { secret: [''] } }])
      expect(errorOf(() => secretsOf(sources)).message).toContain('a secret of 1 to 256 characters (its length is 0)');
  });
});

describe('the file of a capture', () => {
  const refusalOf = (out: string) => {
    const { code, message, hint } = errorOf(() => resolveOptions(optionsOf.record, { flags: { out } }));
    return { code, message, hint };
  };

  it('is no compressed one', () => {
    expect(refusalOf('day.ndjson.GZ')).toEqual({
      code: 'INVALID_OPTION',
      message: '--out: "day.ndjson.GZ" is not the name of a plain file',
      hint: 'write day.ndjson and gzip it afterwards: replay reads both',
    });
  });

  it('is not standard output', () => {
    expect(refusalOf('-')).toMatchObject({
      code: 'INVALID_OPTION',
      hint: 'for example capture.ndjson; standard output tells what happens',
    });
  });
});
