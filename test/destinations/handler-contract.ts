/** What holds for every handler, however it is reached: what its answers do, and what it is given to check. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { StartOptions, SubscribeSettings } from '../../src/index.ts';
import { start } from '../mock/integration.ts';
import type { Received, Reply } from './inbox.ts';
import type { HandlerKit } from './kits.ts';
import { story } from './story.ts';

const minute = 60_000;
const secret = 'the-primary-secret-of-a-test';
const secondarySecret = 'the-secondary-secret-of-a-test';

const hmac = (body: Buffer, key: string): string => createHmac('sha256', key).update(body).digest('hex');
const never = (): Promise<number> => new Promise(() => {});
const refusing = (): Response => new Response(null, { status: 405 });

/** An answer that a test gives when it likes. */
function heldBack() {
  let give = (_status: number): void => {};
  const answer = new Promise<number>((resolve) => {
    give = resolve;
  });
  return { answer, give: (status = 200): void => give(status) };
}

export function handlerContract(kit: HandlerKit): void {
  async function open(reply: Reply = () => 200, options: StartOptions = {}, wish: SubscribeSettings = {}) {
    const mock = await start({ clock: 'virtual', ...kit.options, ...options });
    const { inbox, target } = await kit.open(mock, reply);
    const signed = { events: ['product.updated'], secret, secondarySecret } as const;
    const subscription = await mock.subscribe({ ...signed, ...target, ...wish });
    return { mock, inbox, subscription, publish: () => mock.publish('product.updated') };
  }

  describe('a signed delivery', () => {
    it("has the platform's headers, both signatures and the subscription's own, and no others", async () => {
      const { mock, inbox, publish } = await open(undefined, {}, { headers: { 'X-Tenant': 'shop 1' } });
      await publish();
      await mock.expectAllDelivered();
      const [{ method, url, headers, body }] = inbox.deliveries as [Received];
      expect(method).toBe('POST');
      expect(url).toBe('/hook?tenant=1');
      expect(headers).toEqual({
        host: expect.any(String),
        connection: 'keep-alive',
        'content-type': 'application/json',
        'content-length': String(body.length),
        'user-agent': 'akeneo/event-platform',
        'x-akeneo-signature-primary': hmac(body, secret),
        'x-akeneo-signature-secondary': hmac(body, secondarySecret),
        'x-akeneo-signature-algorithm': 'HmacSHA256',
        'x-correlation-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
        'x-tenant': 'shop 1',
      });
    });

    it('is spoilt as a fault says', async () => {
      const { mock, inbox, publish } = await open(undefined, { faults: [{ corruptSignature: true, first: 1 }] });
      await publish();
      await mock.drain();
      const [{ headers, body }] = inbox.deliveries as [Received];
      expect(headers['x-akeneo-signature-primary']).toMatch(/^[0-9a-f]{64}$/);
      expect(headers['x-akeneo-signature-primary']).not.toBe(hmac(body, secret));
    });
  });

  describe('a handler that answers', () => {
    it('is probed with HEAD when it is subscribed, and refused when that is not answered with 200', async () => {
      const { inbox } = await open();
      expect(inbox.probes).toHaveLength(1);
      expect(inbox.probes[0]).toMatchObject({ method: 'HEAD', url: '/hook?tenant=1', body: Buffer.alloc(0) });
      expect(inbox.probes[0]?.headers).toMatchObject({ 'user-agent': 'akeneo/event-platform' });
      await expect(open(undefined, {}, {}).then(({ mock }) => mock.subscribe({ handler: refusing }))).rejects.toThrow(
        /405/,
      );
    });

    it('is tried again after 5, 10 and 20 minutes with the same bytes, and then the event is dropped', async () => {
      const { mock, inbox, publish } = await open(() => 503);
      await publish();
      await mock.clock.advance(35 * minute);
      expect(story(mock)).toEqual([
        ...[1, 2, 3].flatMap((n) => [`d1 attempt ${n}`, 'd1 503: retry']),
        ...['d1 attempt 4', 'd1 503: drop', 'd1 lost: retries_exhausted'],
      ]);
      expect(mock.attempts().map(({ startedAt }) => (startedAt - mock.clock.now()) / minute + 35)).toEqual([
        0, 5, 15, 35,
      ]);
      expect(new Set(inbox.deliveries.map(({ body }) => body.toString())).size).toBe(1);
      expect(new Set(inbox.deliveries.map(({ headers }) => JSON.stringify(headers))).size).toBe(1);
    });

    it.each([
      ['a 429 is tried again', 429, ['d1 429: retry', 'd1 attempt 2', 'd1 200: deliver']],
      ['a 202 acknowledges nothing and is not tried again', 202, ['d1 202: drop', 'd1 lost: not_retryable']],
      ['a 400 is not tried again', 400, ['d1 400: drop', 'd1 lost: not_retryable']],
      [
        'a 404 revokes the subscription',
        404,
        ['d1 404: revoke', 'd1 lost: revoked', 'subscription.revoked not_found, 1 lost'],
      ],
      [
        'a redirect is not followed and suspends',
        302,
        ['d1 302: suspend', 'd1 lost: suspended', 'subscription.suspended redirected, 1 lost'],
      ],
    ])('%s', async (_what, status, told) => {
      const { mock, inbox, publish } = await open((_received, n) => (n === 1 ? status : 200));
      await publish();
      await mock.drain();
      await mock.clock.advance(5 * minute);
      expect(story(mock)).toEqual(['d1 attempt 1', ...told]);
      expect(inbox.deliveries.every(({ url }) => url === '/hook?tenant=1')).toBe(true);
    });

    it('is suspended at once by a 404 in profile 2026-09, which asks for no probe', async () => {
      const { mock, inbox, subscription, publish } = await open(() => 404, { profile: '2026-09' });
      expect(inbox.probes).toEqual([]);
      await publish();
      await mock.drain();
      expect(subscription.status).toBe('suspended');
    });

    it('is suspended when too large a share of its requests fails', async () => {
      const { mock, subscription, publish } = await open((_received, n) => (n <= 2 ? 200 : 500), {
        policy: { windowLeastRequests: 3, concurrency: 1 },
      });
      for (let n = 0; n < 4; n++) await publish();
      await mock.drain();
      expect(subscription.status).toBe('suspended');
      expect(story(mock)).toContain('subscription.suspended failure_share, 2 lost');
    });

    it('has the ack deadline in real time, and the answer that comes later is told as late', async () => {
      const late = heldBack();
      const { mock, publish } = await open((_received, n) => (n === 1 ? late.answer : 200), {
        policy: { ackDeadlineMs: 150 },
      });
      await publish();
      await mock.drain();
      expect(story(mock)).toEqual(['d1 attempt 1', 'd1 timeout: retry']);
      late.give(200);
      await mock.waitFor(() => mock.attempts()[0]?.late);
      expect(story(mock)).toEqual(['d1 attempt 1', 'd1 timeout: retry', 'd1 late: 200']);
      expect(mock.attempts()[0]?.late?.durationMs).toBeGreaterThanOrEqual(149);
    });

    it('has as many requests at once as it has slots, and no more', async () => {
      const all = heldBack();
      const { mock, inbox } = await open(() => all.answer, { policy: { concurrency: 4, rateMax: null } });
      await mock.generate({ types: ['product.updated'], count: 10 });
      await mock.waitFor(() => inbox.deliveries.length === 4);
      expect(mock.attempts()).toHaveLength(4);
      all.give();
      await mock.expectAllDelivered();
    });

    it('may answer what is in flight when the mock closes', async () => {
      const answer = heldBack();
      const { mock, inbox, publish } = await open(() => answer.answer);
      await publish();
      await mock.waitFor(() => inbox.deliveries.length === 1);
      const closing = mock.close();
      answer.give();
      await closing;
      expect(story(mock)).toEqual(['d1 attempt 1', 'd1 200: deliver']);
    });

    it('is given up at the deadline when the mock closes', async () => {
      const { mock, inbox, publish } = await open(never, { policy: { ackDeadlineMs: 150 } });
      await publish();
      await mock.waitFor(() => inbox.deliveries.length === 1);
      await mock.close();
      expect(story(mock)).toEqual([
        'd1 attempt 1',
        expect.stringMatching(/^d1 (timeout|client_closed_connection): retry$/),
      ]);
    });
  });
}
