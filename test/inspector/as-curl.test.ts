import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asCurl } from '../../src/inspector/client/delivery/as-curl.ts';

const wire = (body: string, headers: Record<string, string> = {}, url = 'http://127.0.0.1:3000/hook') => ({
  attempt: 1,
  sent_at: '2026-01-05T08:00:00.000Z',
  request: { method: 'POST' as const, url, headers, body },
});

/** What a shell makes of a command: the arguments that curl would get. */
async function argumentsOf(command: string): Promise<string[]> {
  const script = `curl() { for each in "$@"; do printf '%s\\0' "$each"; done; }\n${command}`;
  const { stdout } = await promisify(execFile)('sh', ['-c', script]);
  return stdout.split('\0').slice(0, -1);
}

describe('a delivery as a curl command', () => {
  it('gives curl the exact body, whatever is in it', async () => {
    const body = fc.string({ unit: 'binary', maxLength: 60 }).filter((text) => !text.includes('\0'));
    await fc.assert(
      fc.asyncProperty(body, async (text) => {
        expect((await argumentsOf(asCurl(wire(text)))).slice(-2)).toEqual(['--data-raw', text]);
      }),
      { numRuns: 25, examples: [['it\'s $HOME `id` \\ "x"\n'], ['@/etc/passwd']] },
    );
  });

  it('has the headers as they were sent, and none that curl would add', async () => {
    const headers = {
      Host: '127.0.0.1:3000',
      'Content-Length': '2',
      'Content-Type': 'application/json',
      'User-Agent': 'akeneo/event-platform',
      'X-Mine': "it's",
      'X-Empty': '',
    };
    expect(await argumentsOf(asCurl(wire('{}', headers)))).toEqual([
      '-i',
      'http://127.0.0.1:3000/hook',
      ...['-H', 'Content-Type: application/json', '-H', 'User-Agent: akeneo/event-platform'],
      ...['-H', "X-Mine: it's", '-H', 'X-Empty;', '-H', 'accept:'],
      ...['--data-raw', '{}'],
    ]);
  });

  it('has curl take brackets in a URL as they are', async () => {
    expect(await argumentsOf(asCurl(wire('{}', {}, 'http://[::1]:3000/a?b={c}')))).toContain('--globoff');
  });
});
