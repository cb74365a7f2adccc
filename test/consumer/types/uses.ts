// Compiled under every way to resolve a package: what a user writes has to be understood, and a slip has to be seen.
import { AepMockError, type EventDataOf, type EventType, eventTypes, type Mock, startMock } from 'aep-mock';

type Delta = EventDataOf<'com.akeneo.pim.v1.product.updated.delta'>;

export async function uses(): Promise<unknown[]> {
  const mock: Mock = await startMock({ clock: 'virtual', seed: 1, faults: [{ status: 503, first: 2 }] });
  await mock.subscribe({ events: ['product.*'], handler: () => new Response() });
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
  // @ts-expect-error: a misspelt field
  event.data.product.uid;
  // @ts-expect-error: a misspelt option
  await startMock({ sed: 1 });
  // @ts-expect-error: no types that were lost on the way: an `any` would allow this
  mock.nothing();
  await mock.close();
  return [delivery?.state, changed, known, failed];
}
