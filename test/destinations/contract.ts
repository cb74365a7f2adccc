/** What holds for every destination, whichever way the deliveries go. A new one joins with a kit. */
import { describe, expect, it } from 'vitest';
import type { CloudEvent } from '../../src/core/types.ts';
import type { StartOptions, SubscribeSettings } from '../../src/index.ts';
import { start } from '../mock/integration.ts';
import { handlerContract } from './handler-contract.ts';
import type { Message } from './inbox.ts';
import type { DestinationKit } from './kits.ts';
import { story } from './story.ts';

const hour = 3_600_000;

const idOf = ({ body }: Message): string => (JSON.parse(body.toString()) as { id: string }).id;
const idsOf = (messages: readonly Message[]): string[] => messages.map(idOf).sort();
/** As Latin-1 every byte is a character of its own. */
const bytesOf = (messages: readonly Message[]): string[] => messages.map(({ body }) => body.toString('latin1')).sort();
const addressed = ({ specversion, id, source, type, ...rest }: CloudEvent, subject: string): Message => ({
  headers: {},
  body: Buffer.from(JSON.stringify({ specversion, id, source, type, subject, ...rest })),
});

export function destinationContract(kit: DestinationKit): void {
  const { says } = kit;

  async function open(options: StartOptions = {}, wish: SubscribeSettings = {}) {
    const mock = await start({ clock: 'virtual', ...kit.options, ...options });
    const { arrived, target } = kit.answers ? await kit.open(mock, () => 200) : await kit.open(mock);
    const subscription = await mock.subscribe({ events: ['product.updated'], ...target, ...wish });
    return { mock, arrived, subscription, publish: () => mock.publish('product.updated') };
  }

  describe('every destination', () => {
    it('is sent the bytes of the event as it was published, addressed to the subscription', async () => {
      const { mock, arrived, subscription } = await open({}, { sendProductIdentifier: true });
      const { deliveries: _, ...event } = await mock.publish('product.updated', {
        data: { author: { identifier: 'Zoë 🍮 \u2028 </script> \ud83d' } },
      });
      await mock.expectAllDelivered();
      expect(bytesOf(await arrived())).toEqual(bytesOf([addressed(event, subscription.id)]));
    });

    it('is sent every type of event, each once, byte for byte', async () => {
      const { mock, arrived, subscription } = await open({}, { events: ['*'], sendProductIdentifier: true });
      const published = await mock.generate({ types: ['*'], count: 2 });
      await mock.expectAllDelivered();
      const messages = await arrived();
      expect(new Set(published.map(({ type }) => type)).size).toBe(39);
      expect(bytesOf(messages)).toEqual(bytesOf(published.map(({ event }) => addressed(event, subscription.id))));
    });

    it('is given the content type, the correlation id and the custom headers, and a signature where it is signed', async () => {
      const { mock, arrived, publish } = await open({}, { headers: { 'X-Tenant': 'shop 1' } });
      await publish();
      await mock.expectAllDelivered();
      const [{ headers }] = (await arrived()) as [Message];
      const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
      expect(named).toMatchObject({
        'content-type': 'application/json',
        'x-correlation-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
        'x-tenant': 'shop 1',
      });
      expect('x-akeneo-signature-primary' in named).toBe(kit.signs);
    });

    it('is told about in the same entries of the journal', async () => {
      const { mock, subscription, publish } = await open();
      const { id: eventId, type: eventType } = await publish();
      await mock.drain();
      const { id: subscriptionId, destination } = subscription;
      const attempt = { deliveryId: 'd1', eventId, eventType, subscriptionId, attempt: 1, destination };
      const at = mock.clock.now();
      const [first] = [...mock.journal.entries()].slice(-3);
      const seq = Number(first?.seq);
      expect([...mock.journal.entries()].slice(-3)).toEqual([
        { seq, at, type: 'event.published', eventId, eventType, deliveries: 1 },
        { seq: seq + 1, at, type: 'attempt.started', ...attempt },
        {
          ...{ seq: seq + 2, at, type: 'attempt.finished', ...attempt },
          outcome: expect.objectContaining({ durationMs: 0 }),
          verdict: { do: 'deliver' },
          // Success is counted where something answers.
          ...(kit.answers && { health: expect.objectContaining({ requests: 1, successRate: 1 }) }),
        },
      ]);
      expect(story(mock)).toEqual(['d1 attempt 1', `d1 ${says.acknowledged}: deliver`]);
    });

    it('is sent the same bytes again in an injected duplicate', async () => {
      const { mock, arrived, publish } = await open({ duplicates: 1 });
      await publish();
      await mock.clock.runUntilIdle();
      const messages = await arrived();
      expect(messages).toHaveLength(2);
      expect(new Set(bytesOf(messages)).size).toBe(1);
    });

    it('gets what its filter lets through', async () => {
      const { mock, arrived } = await open({}, { filter: 'user_type = "user"' });
      const by = (type: 'user' | 'api') =>
        mock.publish('product.updated', { data: { author: { identifier: 'julia', type } } });
      const { id } = await by('user');
      await by('api');
      await mock.expectAllDelivered();
      expect(idsOf(await arrived())).toEqual([id]);
    });

    it('is not sent what an injected fault keeps from it, and gets it with the first retry', async () => {
      const { mock, arrived, publish } = await open({ faults: [{ status: 503, first: 1 }] });
      await publish();
      await mock.drain();
      expect(await arrived()).toHaveLength(0);
      await mock.clock.next();
      expect(await arrived()).toHaveLength(1);
      const told = [`d1 ${says.unavailable}: retry`, 'd1 attempt 2', `d1 ${says.acknowledged}: deliver`];
      expect(story(mock)).toEqual(['d1 attempt 1', ...told]);
    });

    it('gets what it has had before, byte for byte, when its acknowledgement was lost', async () => {
      const { mock, arrived, publish } = await open({ faults: [{ timeout: true, reached: true, first: 1 }] });
      await publish();
      await mock.clock.runUntilIdle();
      const messages = await arrived();
      expect(messages).toHaveLength(2);
      expect(new Set(bytesOf(messages)).size).toBe(1);
      const told = [`d1 ${says.timeout}: retry`, 'd1 attempt 2', `d1 ${says.acknowledged}: deliver`];
      expect(story(mock)).toEqual(['d1 attempt 1', ...told]);
    });

    it('is tried again on its own schedule, until the event is given up', async () => {
      const { mock, arrived, publish } = await open({ faults: [{ status: 503 }] });
      await publish();
      await mock.clock.advance(9 * hour);
      const [{ attempts, state, reason } = { attempts: [] }] = mock.deliveries();
      const startedAt = attempts.map((attempt) => attempt.startedAt);
      const delays = startedAt.slice(1).map((at, n) => at - Number(startedAt[n]));
      expect(delays.slice(0, kit.retryDelaysMs.length)).toEqual(kit.retryDelaysMs);
      expect({ state, reason }).toEqual({ state: 'dropped', reason: kit.retriesEnd });
      expect(await arrived()).toHaveLength(0);
    });

    it('loses what is refused for good, and nothing else', async () => {
      const { mock, arrived, publish } = await open({ faults: [{ status: 400, first: 1 }] });
      await publish();
      const { id } = await publish();
      await mock.drain();
      expect(story(mock).slice(0, 3)).toEqual(['d1 attempt 1', `d1 ${says.rejected}: drop`, 'd1 lost: not_retryable']);
      expect(idsOf(await arrived())).toEqual([id]);
    });

    it('ends its subscription at once when it does not exist', async () => {
      const { mock, arrived, publish } = await open({ faults: [{ status: 404 }] });
      await publish();
      await publish();
      await mock.drain();
      expect(story(mock).at(-1)).toBe(kit.notFound);
      expect(mock.attempts()).toHaveLength(1);
      expect(await arrived()).toHaveLength(0);
    });

    it('gets nothing while its subscription is suspended, and what comes after it resumes', async () => {
      const { mock, arrived, subscription, publish } = await open();
      subscription.suspend();
      await publish();
      subscription.resume();
      const { id } = await publish();
      await mock.drain();
      expect(idsOf(await arrived())).toEqual([id]);
    });

    it.each([
      ['suspended', 'subscription.suspended requested, 1 lost', 'suspend'],
      ['revoked', 'subscription.revoked requested, 1 lost', 'revoke'],
      ['deleted', 'd1 lost: deleted', 'delete'],
    ] as const)('is never sent what waits for it when its subscription is %s', async (reason, told, end) => {
      const { mock, arrived, subscription, publish } = await open({ faults: [{ status: 503, first: 1 }] });
      await publish();
      await mock.drain();
      subscription[end]();
      if (end === 'suspend') subscription.resume();
      await mock.clock.advance(hour);
      expect(mock.deliveries()).toMatchObject([{ state: 'discarded', reason }]);
      expect(story(mock)).toContain(told);
      expect(await arrived()).toHaveLength(0);
    });

    it('has got what was on its way when the mock has closed', async () => {
      const { mock, arrived } = await open();
      await mock.generate({ types: ['product.updated'], count: 20 });
      const started = mock.attempts().length;
      await mock.close();
      expect(started).toBeGreaterThan(0);
      expect(mock.deliveries({ state: 'delivered' })).toHaveLength(started);
      expect(await arrived()).toHaveLength(started);
    });

    it('is sent once more, after a restore, what was queued and scheduled when the snapshot was taken', async () => {
      const { mock, arrived, publish } = await open({ shuffle: 5, faults: [{ status: 503, first: 1 }] });
      const early = [await publish(), await publish()];
      await mock.clock.advance(500);
      const late = await publish();
      expect(mock.deliveries().map(({ state }) => state)).toEqual(['scheduled', 'delivered', 'queued']);
      const snapshot = await mock.snapshot();
      for (let run = 0; run < 2; run++) {
        await mock.clock.runUntilIdle();
        expect(mock.deliveries({ state: 'delivered' })).toHaveLength(run === 0 ? 3 : 2);
        await mock.restore(snapshot);
      }
      const [again, once] = early.map(({ id }) => id);
      expect(idsOf(await arrived())).toEqual([again, again, once, late.id, late.id].sort());
      expect(new Set(bytesOf(await arrived())).size).toBe(3);
    });

    it('keeps what a test expects of it, and tells the story to one that expects something else', async () => {
      const { mock, subscription, publish } = await open({ faults: [{ status: 503, first: 1 }] });
      const { id: eventId } = await publish();
      await expect(mock.expectAllDelivered()).rejects.toThrow(/1 delivery was not/);
      await mock.clock.runUntilIdle();
      await mock.expectDelivered({ eventId, attempts: 2 });
      await mock.expectAllDelivered();
      await mock.expectNever({ type: 'product.deleted' });
      await expect(mock.expectNever({ eventId })).rejects.toThrow(subscription.destination);
      expect(subscription.deliveries()).toMatchObject([{ eventId, destination: subscription.destination }]);
    });
  });

  if (kit.answers) handlerContract(kit);
}
