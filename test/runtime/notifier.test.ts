import { createHmac } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { resolvePolicy } from '../../src/core/profile.ts';
import { initialState } from '../../src/core/state.ts';
import type { Contact, JournalFact } from '../../src/core/types.ts';
import { VirtualClock } from '../../src/runtime/clock.ts';
import { createSafetyBelt } from '../../src/runtime/destinations/safety-belt.ts';
import { Journal } from '../../src/runtime/journal.ts';
import { Notifier } from '../../src/runtime/notifier.ts';
import { Outbox } from '../../src/runtime/outbox.ts';
import { subscriber, subscription } from '../core/world.ts';
import { answer, startHandler } from './handler.ts';

const start = Date.UTC(2026, 0, 5, 8, 0, 0, 250);
const secret = 'a-secret-of-the-notifications';
const suspended: JournalFact = {
  type: 'subscription.suspended',
  subscriptionId: 'sub',
  by: 'system',
  reason: 'success_rate',
  lost: 12,
};

/** A notifier whose subscriber has that contact, on a clock that is moved by hand. */
function startNotifier(contact: Partial<Contact>, ackDeadlineMs = 5_000) {
  const clock = new VirtualClock(start);
  const journal = new Journal(() => clock.now());
  const state = initialState();
  state.subscribers.set('subscriber', {
    ...subscriber('subscriber'),
    contact: { technicalEmail: 'ops@example.com', ...contact },
  });
  state.subscriptions.set('sub', { ...subscription('sub'), activeFrom: 0 });
  const outbox = new Outbox();
  const notifier = new Notifier({
    journal,
    clock,
    outbox,
    safetyBelt: createSafetyBelt([]),
    state: () => state,
    deliveriesDone: async () => {},
    startDeliveries: () => {},
    policy: resolvePolicy('2026-09'),
    ackDeadlineMs,
  });
  clock.whenSettled(() => notifier.idle());
  onTestFinished(() => notifier.close());
  const facts = () => [...journal.entries()].filter(({ type }) => type.startsWith('notification.'));
  return { clock, journal, outbox, notifier, facts };
}

const webhook = (notificationWebhookUrl: string, ...others: 'email'[]): Partial<Contact> => ({
  notificationChannels: ['webhook', ...others],
  notificationWebhookUrl,
  notificationWebhookSecret: secret,
});

describe('an e-mail', () => {
  it('is what a contact without channels gets, with the reason and what was lost', async () => {
    const { journal, outbox, notifier, facts } = startNotifier({});
    journal.append({ ...suspended });
    await notifier.idle();
    expect(outbox.emails()).toEqual([
      {
        to: 'ops@example.com',
        subject: '[Akeneo Event Platform] Your subscription was suspended',
        text: expect.stringMatching(
          /Destination: https:\/\/localhost\/sub\n.*Reason: Success rate dropped below 90%\nEvents lost: 12/s,
        ),
        at: '2026-01-05T08:00:00.250Z',
        subscription_id: 'sub',
        notification_type: 'subscription.suspended.system',
      },
    ]);
    expect(facts()).toMatchObject([{ type: 'notification.sent', channel: 'email', to: 'ops@example.com' }]);
  });

  it('is written for each of the transitions, newest first, up to a thousand', async () => {
    const { journal, outbox, notifier } = startNotifier({});
    journal.append({ ...suspended, by: 'user', reason: 'requested' });
    journal.append({ type: 'subscription.resumed', subscriptionId: 'sub', by: 'user' });
    journal.append({ ...suspended, type: 'subscription.revoked', reason: 'connection_removed' });
    await notifier.idle();
    expect(outbox.emails().map(({ notification_type }) => notification_type)).toEqual([
      'subscription.revoked',
      'subscription.resumed',
      'subscription.suspended.user',
    ]);
    expect(outbox.emails()[2]?.text).not.toContain('Reason');
    for (let n = 0; n < 1_001; n++) journal.append({ ...suspended });
    await notifier.idle();
    expect(outbox.emails()).toHaveLength(1_000);
    expect(outbox.emails().some(({ notification_type }) => notification_type === 'subscription.revoked')).toBe(false);
  });
});

describe('a webhook', () => {
  it('is sent the fields of the platform in their order, signed, and any 2xx takes it', async () => {
    const handler = await startHandler(answer(204));
    const { journal, outbox, notifier, facts } = startNotifier(webhook(`${handler.url}?x=1`));
    journal.append({ ...suspended });
    await notifier.idle();
    const [arrived] = handler.received;
    expect(arrived).toMatchObject({ method: 'POST', url: '/hook?x=1' });
    const body = arrived?.body ?? Buffer.of();
    expect(Object.entries(JSON.parse(body.toString()))).toEqual([
      ['notification_type', 'subscription.suspended.system'],
      ['timestamp', '2026-01-05T08:00:00Z'],
      ['subscription_id', 'sub'],
      ['subscriber_id', 'subscriber'],
      ['destination', 'https://localhost/sub'],
      ['events', ['com.akeneo.pim.v1.product.updated']],
      ['reason', 'Success rate dropped below 90%'],
      ['subject', 'http://pim.localhost'],
    ]);
    expect(arrived?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'akeneo/event-platform',
      'x-akeneo-signature-primary': createHmac('sha256', secret).update(body).digest('hex'),
      'x-akeneo-signature-algorithm': 'HmacSHA256',
    });
    expect(facts()).toMatchObject([{ type: 'notification.sent', channel: 'webhook' }]);
    expect(outbox.emails()).toEqual([]);
    expect(JSON.stringify([...journal.entries()])).not.toContain(secret);
  });

  it.each([500, 503, 429])(
    'that answers %i is tried again after 1 and after 2 seconds, then an e-mail is sent',
    async (status) => {
      const handler = await startHandler(answer(status));
      const { clock, journal, outbox, facts } = startNotifier(webhook(handler.url));
      journal.append({ ...suspended });
      const seen = async (ms: number) => {
        await clock.advance(ms);
        return handler.received.length;
      };
      expect([await seen(999), await seen(1), await seen(1_999), await seen(1), await seen(60_000)]).toEqual([
        1, 2, 2, 3, 3,
      ]);
      expect(facts()).toMatchObject([
        { type: 'notification.failed', tries: 3, message: `answered with status ${status}`, at: start + 3_000 },
        { type: 'notification.sent', channel: 'email' },
      ]);
      expect(outbox.emails()).toHaveLength(1);
    },
  );

  it('that recovers gets the same bytes', async () => {
    const handler = await startHandler((_request, response, n) => response.writeHead(n < 3 ? 500 : 200).end());
    const { clock, journal, facts } = startNotifier(webhook(handler.url));
    journal.append({ ...suspended });
    await clock.runUntilIdle();
    expect(new Set(handler.received.map(({ body }) => body.toString())).size).toBe(1);
    expect(facts()).toMatchObject([{ type: 'notification.sent', channel: 'webhook', at: start + 3_000 }]);
  });

  it.each([400, 404, 301])('that answers %i is not tried again', async (status) => {
    const handler = await startHandler(answer(status, { location: 'http://localhost:1/' }));
    const { clock, journal, facts } = startNotifier(webhook(handler.url));
    journal.append({ ...suspended });
    await clock.runUntilIdle();
    expect(handler.received).toHaveLength(1);
    expect(facts()[0]).toMatchObject({ type: 'notification.failed', tries: 1 });
  });

  it('that nobody listens to, or that does not answer in time, is tried three times', async () => {
    const closed = await startHandler();
    await closed.close();
    const silent = await startHandler(() => {});
    for (const [url, message] of [
      [closed.url, 'connection refused'],
      [silent.url, 'no answer within 20 ms'],
    ] as const) {
      const { clock, journal, facts } = startNotifier(webhook(url), 20);
      journal.append({ ...suspended });
      await clock.runUntilIdle();
      expect(facts()[0]).toMatchObject({ type: 'notification.failed', tries: 3, message });
    }
  });

  it('beside e-mail is no reason for a second e-mail when it fails', async () => {
    const handler = await startHandler(answer(400));
    const { clock, journal, outbox } = startNotifier(webhook(handler.url, 'email'));
    journal.append({ ...suspended });
    await clock.runUntilIdle();
    expect(handler.received).toHaveLength(1);
    expect(outbox.emails()).toHaveLength(1);
  });

  it('on another machine is refused, with the way out, and an e-mail is sent', async () => {
    const { clock, journal, outbox, facts } = startNotifier(webhook('https://hooks.example.com/x'));
    journal.append({ ...suspended });
    await clock.runUntilIdle();
    expect(facts()[0]).toMatchObject({
      type: 'notification.failed',
      tries: 0,
      message: expect.stringContaining('--allow-host hooks.example.com'),
    });
    expect(outbox.emails()).toHaveLength(1);
  });

  it('is given up by a restore, which goes on with what waited then', async () => {
    const failing = await startHandler(answer(500));
    const { clock, journal, notifier, facts } = startNotifier(webhook(failing.url));
    journal.append({ ...suspended });
    await notifier.idle();
    const waiting = notifier.capture();
    notifier.restore([]);
    await clock.runUntilIdle();
    expect([failing.received.length, facts()]).toEqual([1, []]);
    notifier.restore(waiting);
    await clock.runUntilIdle();
    expect(failing.received).toHaveLength(3);
    expect(facts()[0]).toMatchObject({ type: 'notification.failed', tries: 3 });
  });

  it('is given up by closing, at once', async () => {
    const silent = await startHandler(() => {});
    const { journal, outbox, notifier, facts } = startNotifier(webhook(silent.url), 60_000);
    journal.append({ ...suspended });
    await silent.waitFor(1);
    await notifier.close();
    expect([...facts(), ...outbox.emails()]).toEqual([]);
  });
});
