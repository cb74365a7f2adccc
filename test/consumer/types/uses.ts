// Compiled under every way to resolve a package: what a user writes has to be understood, and a slip has to be seen.
import { AepMockError, type EventDataOf, type EventType, eventTypes, type Mock, startMock } from 'aep-mock';

type Delta = EventDataOf<'com.akeneo.pim.v1.product.updated.delta'>;

export async function uses(): Promise<unknown[]> {
  const mock: Mock = await startMock({ clock: 'virtual', seed: 1, faults: [{ status: 503, first: 2 }] });
  await mock.subscribe({ events: ['product.*'], handler: () => new Response() });
  await mock.subscribe({ handler: async (request) => new Response(await request.text()) });
  await mock.subscribe({ handler: (request, response) => void response.end(request.url) });
  const event = await mock.publish('product.updated.delta', { data: { product: { identifier: 'SKU-1' } } });
  const data: Delta = event.data;
  const type: 'com.akeneo.pim.v1.product.updated.delta' = event.type;
  const changed: string[] = Object.keys(data.product.changes.values ?? {});
  await mock.clock.advance(5 * 60_000);
  const [delivery] = await mock.expectDelivered({ type, attempts: 2 }, { count: 1 });
  const known: readonly EventType[] = eventTypes;
  const failed = (error: unknown): boolean => error instanceof AepMockError && error.code === 'EXPECTATION_FAILED';

  // @ts-expect-error: a misspelt event type
  await mock.publish('product.updatd');
  // @ts-expect-error: a misspelt event type of a subscription
  await mock.subscribe({ events: ['product.updatd'], handler: () => new Response() });
  // @ts-expect-error: of a query
  mock.deliveries({ type: 'product.updatd' });
  // @ts-expect-error: of what is generated
  await mock.generate({ types: ['product.updatd'], count: 1 });
  // @ts-expect-error: of a fault rule
  mock.faults.add({ status: 503, type: 'product.updatd' });
  // @ts-expect-error: two kinds of fault in one rule
  mock.faults.add({ status: 503, timeout: true });
  // @ts-expect-error: a rule without a kind
  await startMock({ faults: [{ first: 2 }] });
  // @ts-expect-error: nowhere to deliver to
  await mock.subscribe({ events: ['product.*'] });
  // @ts-expect-error: two places to deliver to
  await mock.subscribe({ url: 'https://example.com', handler: () => new Response() });
  // @ts-expect-error: an author without a type
  await mock.publish('product.updated', { as: 'julia' });
  // @ts-expect-error: nobody causes it
  await mock.publish('product.became-complete', { as: 'user:julia' });
  // @ts-expect-error: a misspelt field of a given event
  await mock.publish({ type: 'product.updated', data: { product: { uid: 'x' } } });
  // @ts-expect-error: a misspelt attribute of the envelope
  event.idd;
  // @ts-expect-error: a misspelt field
  event.data.product.uid;
  // @ts-expect-error: a misspelt option
  await startMock({ sed: 1 });
  // @ts-expect-error: no types that were lost on the way: an `any` would allow this
  mock.nothing();
  await mock.close();
  return [delivery?.state, changed, known, failed];
}
