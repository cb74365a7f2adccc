import type { PublishedEvent } from '../events/publisher.ts';
import type { Renderer } from './render.ts';
import { count, shortType, table } from './text.ts';

/** Prints what was published, and warns of what nobody took. */
export function renderPublished(published: readonly PublishedEvent[], render: Renderer): void {
  for (const event of published) {
    render.data(
      { type: 'event.published', eventId: event.id, eventType: event.type, deliveries: event.deliveries },
      table([[`published ${shortType(event.type)}`, event.id, count(event.deliveries, 'subscription')]]),
    );
  }
  warnOfUntaken(published, render);
}

/** A published event that no subscription takes is lost, as on the platform (R2). */
export function warnOfUntaken(published: readonly PublishedEvent[], render: Renderer): void {
  const untaken = published.filter((event) => event.deliveries === 0);
  if (untaken.length === 0) return;
  const types = [...new Set(untaken.map((event) => shortType(event.type)))].sort();
  const named =
    types.length > 5 ? `${types.slice(0, 5).join(', ')} and ${types.length - 5} more types` : types.join(', ');
  render.warn(
    `no active subscription takes ${count(untaken.length, 'event')} (${named}): make one with the management API, or run "aep-mock listen --forward-to 3000"`,
  );
}
