import type { DeliveryDetail } from '../../../http/inspect-api.ts';
import { shortType } from '../../../narration/text.ts';

/** A test for Vitest that publishes an event and makes sure that a handler takes it. */
export function asFixture(event: NonNullable<DeliveryDetail['event']>): string {
  const name = shortType(event.type);
  const literal = JSON.stringify(event, null, 2).replaceAll('\n', '\n  ');
  return `import { test } from 'aep-mock/vitest';
import { app } from './app.js'; // your handler: a fetch handler, a Hono or Express app, or a (req, res) listener

test(${JSON.stringify(`${name} is taken`)}, async ({ aep }) => {
  await aep.subscribe({ handler: app, events: [${JSON.stringify(name)}] });
  const event = await aep.publish(${literal});
  await aep.expectDelivered({ eventId: event.id, attempts: 1 });
});
`;
}
