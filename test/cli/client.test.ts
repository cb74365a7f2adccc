import { describe, expect, it } from 'vitest';
import { ControlClient } from '../../src/cli/client.ts';
import { startHandler } from '../runtime/handler.ts';

describe('a mock that does not answer', () => {
  const silent = async () => new URL((await startHandler(() => {})).url).origin;

  it('is given up after a while, in plain words', async () => {
    const server = await silent();
    await expect(new ControlClient({ server, patienceMs: 50 }).get('/_mock/state')).rejects.toMatchObject({
      code: 'SERVER_SLOW',
      message: `${server} has not answered for 0.05 s`,
      exitCode: 3,
    });
  });

  it('is waited for when it moves its clock', async () => {
    let answer = (): void => {};
    const handler = await startHandler((_request, response) => {
      answer = () => response.end('{"moved_ms":1}');
    });
    const server = new URL(handler.url).origin;
    const client = new ControlClient({ server, patienceMs: 50 });
    const moved = client.postPatiently('/_mock/clock/next');
    await handler.waitFor(1);
    // By then the other one has run out of patience.
    await expect(new ControlClient({ server: await silent(), patienceMs: 50 }).get('/')).rejects.toThrow();
    answer();
    expect(await moved).toEqual({ moved_ms: 1 });
  });
});
