import { Command } from '../parts/command.tsx';
import { linkTo } from '../route.ts';

/** What to do when there is nothing to see. */
export function EmptyLive({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered) return <p class="empty muted">Nothing that has happened fits the filter.</p>;
  return (
    <section class="empty card" aria-label="Getting started">
      <h2>Nothing has happened yet</h2>
      <p>A handler, a subscription, an event: each delivery will be a row here.</p>
      <ol>
        <li>
          Relay to your handler; this subscribes it too:
          <Command text={`aep-mock listen --server ${location.origin} --forward-to 3000/webhooks/akeneo`} />
        </li>
        <li>
          Publish an event, here on <a href={linkTo.page('publish')}>Publish</a> or from a terminal:
          <Command text={`aep-mock trigger --server ${location.origin} product.updated`} />
        </li>
      </ol>
    </section>
  );
}
