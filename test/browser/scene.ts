import type { DeliveryView } from '../../src/http/control-api.ts';
import { startAnswering } from './handlers.ts';
import { type Server, startServer, virtual } from './server.ts';

export interface Scene {
  mock: Server;
  /** Latest first. */
  deliveries: DeliveryView[];
  /** Ids of the subscriptions. */
  healthy: string;
  failing: string;
  suspended: string;
}

/**
 * A mock with something on every page: deliveries that were acknowledged, some that wait for their retry in virtual time, a
 * subscription that the platform has suspended, with its log and its e-mail, and a fault rule.
 */
export async function startScene(args: readonly string[] = []): Promise<Scene> {
  const mock = await startServer([...virtual, ...args]);
  const subscribe = async (status: number): Promise<string> => {
    const { url } = await startAnswering(() => status);
    return (await mock.subscribe({ url, events: ['product.*'] })).id;
  };
  const healthy = await subscribe(200);
  const failing = await subscribe(503);
  const suspended = await subscribe(301);
  await mock.control.post('/_mock/faults', { name: 'now-and-then', status: 503, every: 50 });
  await mock.publish({ types: ['product.updated'], count: 3 });
  await mock.control.post('/_mock/drain');
  const { items } = await mock.control.get<{ items: DeliveryView[] }>('/_mock/deliveries');
  return { mock, deliveries: items, healthy, failing, suspended };
}
