import { describe, expect, it } from 'vitest';
import { describeSubscriptions, relayNotices } from '../../src/cli/relay-notices.ts';
import { createRenderer } from '../../src/cli/render.ts';
import type { ClaimedSubscription } from '../../src/relay/frames.ts';

const claimed = (extra: Partial<ClaimedSubscription>): ClaimedSubscription => ({
  id: 's1',
  events: ['com.akeneo.pim.v1.product.updated'],
  url: 'https://shop.example/hook',
  status: 'active',
  tunnels: 1,
  ...extra,
});
const made = { url: 'https://relay.aep-mock.localhost/s1', secret: 'the-secret' };

describe('the subscriptions that a listener is shown', () => {
  it('come with the secret of those that were made for it, and with who shares them', () => {
    expect(describeSubscriptions([claimed({ tunnels: 2 }), claimed({ id: 's2', ...made })])).toBe(
      [
        '  subscription  s1 (1 event type, shared by 2 listeners)',
        '  subscription  s2 (1 event type)',
        '  secret        the-secret',
      ].join('\n'),
    );
  });

  it.each([
    ['suspended', {}, /resume s1" or POST …\/subscriptions\/s1\/resume$/],
    ['suspended', made, /resume s1" or a restart of listen$/],
    ['revoked', {}, /s1 is revoked: .* make a new subscription$/],
    ['revoked', made, /s1 is revoked: .* restart listen to make another$/],
  ] as const)('say when one is %s, with the way out (%j)', (status, extra, text) => {
    expect(describeSubscriptions([claimed({ status, ...extra })])).toMatch(text);
  });
});

describe('somebody who listens', () => {
  it('is told what a leave waits for', async () => {
    let write = (_text: string): void => {};
    const said = new Promise<string>((resolve) => {
      write = resolve;
    });
    const stderr = { write: (text: string) => write(text) };
    const render = createRenderer({ format: 'pretty', stdout: stderr, stderr, env: {} });
    relayNotices('http://127.0.0.1:8090', 'http://localhost:3000', render).draining?.(2);
    expect(await said).toBe('aep-mock: waiting for 2 answers; ^C again to stop\n');
  });
});
