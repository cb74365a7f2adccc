import { describe, expect, it } from 'vitest';
import { deliveries, status } from '../../src/cli/commands/ctl.ts';
import { createRenderer } from '../../src/cli/render.ts';
import type { DeliveryView, StateBody } from '../../src/http/control-api.ts';
import { startHandler } from '../runtime/handler.ts';

/** Runs a command against a mock that answers with this body. */
async function outputOf(
  body: unknown,
  command: typeof status | typeof deliveries,
  options: { limit?: number } = {},
): Promise<string> {
  const mock = await startHandler((_request, response) => response.end(JSON.stringify(body)));
  let text = '';
  const stream = { write: (written: string) => (text += written) };
  const render = createRenderer({ format: 'pretty', stdout: stream, stderr: stream, env: {} });
  const interrupted = () => new Promise<never>(() => {});
  await command({ server: new URL(mock.url).origin, ...options }, { render, interrupted, onSignal: () => () => {} });
  return text;
}

describe('ctl status with hundreds of subscriptions', () => {
  const subscription = (n: number): StateBody['subscriptions'][number] => ({
    id: `s${n}`,
    subscriber_id: 'a',
    status: 'active',
    type: 'https',
    destination: 'https://shop.test/hook',
    events: ['com.akeneo.pim.v1.product.updated'],
    queued: 0,
    in_flight: 0,
    scheduled: 0,
    held: false,
  });
  const state: StateBody = {
    url: 'http://127.0.0.1:8090',
    version: '0.1.0',
    profile: '2024-09',
    seed: 1,
    now: '2026-01-05T08:00:00.000Z',
    ack_deadline_ms: 3_000,
    counters: { published: 0, attempts: 0, delivered: 0, dropped: 0, discarded: 0, duplicates: 0 },
    subscriptions: Array.from({ length: 400 }, (_, n) => subscription(n)),
    tunnels: [],
  };

  it('shows the first twenty and says how many there are', async () => {
    const text = await outputOf(state, status);
    expect(text).toMatch(
      /\n400 subscriptions\n(?: {2}s\d+ .*\n){20} {2}and 380 more; --limit shows them\n0 tunnels\n$/,
    );
  });

  it('says why one stands still, what its handler does, and that nothing limits it', async () => {
    const nearest = { measure: '5xx', value: 0, limit: 0.05 };
    const health = { requests: 0, successRate: 1, nearest, leastRequests: 20, suspends: false };
    const latency = { answers: 1, p50_ms: 2, p95_ms: 2, max_ms: 2, slow: 0, timeouts: 0, late: 0 };
    const at = '2026-01-04T07:00:00.000Z';
    const stopped = { at, by: 'system', reason: 'failure_share' } as const;
    const subscriptions = [
      { ...subscription(0), status: 'suspended' as const, stopped },
      { ...subscription(1), health },
      { ...subscription(2), health, rate_per_second: 50, latency },
    ];
    const text = await outputOf({ ...state, subscriptions }, status);
    expect(text).toContain(`suspended by the platform since ${at}: too many failures`);
    expect(text).toContain('sub s1: rate unlimited\n');
    expect(text).toContain('sub s2: 50 events/s · handler: p50 2ms');
  });

  it('shows as many as are asked for', async () => {
    const text = await outputOf(state, status, { limit: 400 });
    expect(text.match(/^ {2}s\d+ /gm)).toHaveLength(400);
    expect(text).not.toContain('more');
  });
});

it('ctl deliveries shows what the log says of a failure without a name', async () => {
  const view: DeliveryView = {
    id: 'd1',
    event_id: 'e1',
    event_type: 'com.akeneo.pim.v1.product.updated',
    subscription_id: 's1',
    destination: 'https://shop.test/hook',
    state: 'scheduled',
    due_at: '2026-01-05T08:05:00.000Z',
    attempts: [
      {
        attempt: 1,
        started_at: '2026-01-05T08:00:00.000Z',
        outcome: { kind: 'transport_error', reason: 'destination_failure', message: 'odd\nthing', duration_ms: 3 },
      },
    ],
  };
  expect(await outputOf({ items: [view] }, deliveries)).toMatch(/1 attempt {2}\[destination failure\] {2}odd thing /);
});
