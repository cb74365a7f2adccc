import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { ControlClient } from '../../src/cli/client.ts';
import type { PublishAnswer, PublishBody } from '../../src/http/control-api.ts';
import type { SubscribeAnswer, SubscribeWish } from '../../src/http/subscribe.ts';
import { type CliMock, startCliMock } from '../cli/cli-process.ts';

export const recording = fileURLToPath(new URL('../../fixtures/product-launch.ndjson', import.meta.url));
/** Virtual time, which stands until it is moved; without the platform's rate, which would have events wait for it. */
export const virtual = ['--clock', 'virtual', '--rate', 'unlimited'];
/** An hour's window that suspends after a few failures, as soon as half of it failed. */
export const quickToSuspend = ['--policy', 'windowLeastRequests=4', '--policy', 'failureShareLimit=0.5'];

export interface Server extends CliMock {
  control: ControlClient;
  subscribe(wish: SubscribeWish): Promise<SubscribeAnswer>;
  publish(wish: PublishBody): Promise<PublishAnswer['published']>;
}

/** The built mock as a process of its own, always with the same seed, ended with the test. */
export async function startServer(args: readonly string[] = [], { port = 0, token = '' } = {}): Promise<Server> {
  const given = ['--seed', '1', '--allow-http', ...(token === '' ? [] : ['--token', token]), ...args];
  const mock = await startCliMock(given, port);
  onTestFinished(async () => {
    await mock.stop('SIGKILL');
  });
  const control = new ControlClient({ server: mock.url, ...(token !== '' && { token }) });
  return {
    ...mock,
    control,
    subscribe: (wish) => control.post<SubscribeAnswer>('/_mock/subscribe', wish),
    publish: async (wish) => (await control.post<PublishAnswer>('/_mock/publish', wish)).published,
  };
}
