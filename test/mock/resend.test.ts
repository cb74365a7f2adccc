import { expect, it } from 'vitest';
import type { DeliveryDetail, Resent } from '../../src/http/inspect-api.ts';
import { rejectionOf } from '../rejection-of.ts';
import { startHandler } from '../runtime/handler.ts';
import { start } from './integration.ts';

/** A mock in virtual time with one subscription, and one event that has been delivered to it. */
async function delivered() {
  const mock = await start({ clock: 'virtual', allowHttp: true });
  const handler = await startHandler();
  const subscription = await mock.subscribe({ url: handler.url, events: ['product.*'] });
  const event = await mock.publish('product.updated');
  const [first] = await mock.expectDelivered({ eventId: event.id });
  handler.received.length = 0;
  const bodies = () => handler.received.map(({ body }) => body.toString());
  const facts = () => [...mock.journal.entries()];
  return { mock, handler, subscription, event, first, bodies, facts };
}

const ids = (bodies: string[]): string[] => bodies.map((body) => (JSON.parse(body) as { id: string }).id);

it('sends a delivery again as one of its own, with the same event', async () => {
  const { mock, event, bodies, facts } = await delivered();
  const again = await mock.resend('d1');
  expect(again).toMatchObject({ id: 'd2', eventId: event.id });
  await mock.expectDelivered({ eventId: event.id }, { count: 2 });
  expect(ids(bodies())).toEqual([event.id]);
  expect(facts().find(({ type }) => type === 'delivery.resent')).toMatchObject({ resendOf: 'd1', deliveryId: 'd2' });
  expect(mock.deliveries().map(({ duplicateOf }) => duplicateOf)).toEqual([undefined, undefined]);
});
