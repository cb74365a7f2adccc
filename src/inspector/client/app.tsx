import type { ComponentType } from 'preact';
import { ConnectionState } from './connection-state.tsx';
import { DeliveryPage } from './delivery/delivery-page.tsx';
import { EventPage } from './delivery/event-page.tsx';
import { KeyboardHelp } from './keyboard-help.tsx';
import { LivePage } from './live/live-page.tsx';
import { LogsPage } from './logs/logs-page.tsx';
import { Notices } from './notices.tsx';
import { PublishPage } from './publish/publish-page.tsx';
import { linkTo, type PageName, pageNames, type Route, route } from './route.ts';
import { SubscriptionPage } from './subscriptions/subscription-page.tsx';
import { SubscriptionsPage } from './subscriptions/subscriptions-page.tsx';
import { TimePage } from './time/time-page.tsx';

/** What is in `more` a narrow screen leaves out, and a screen reader does not. */
const titles: Record<PageName, { text: string; more?: string }> = {
  live: { text: 'Live' },
  subscriptions: { text: 'Subscriptions' },
  publish: { text: 'Publish' },
  time: { text: 'Time' },
  logs: { text: 'Logs', more: ' and outbox' },
};

const pages: { [Name in PageName]: ComponentType } = {
  live: LivePage,
  subscriptions: SubscriptionsPage,
  publish: PublishPage,
  time: TimePage,
  logs: LogsPage,
};

/** In which part of the page what is shown one at a time is. */
const parts = { delivery: 'live', event: 'live', subscription: 'subscriptions' } as const;
const partOf = (here: Route): PageName => ('id' in here ? parts[here.page] : here.page);

export function App() {
  const here = route.value;
  return (
    <>
      <header class="top">
        <span class="brand">aep-mock</span>
        <nav aria-label="Pages">
          {pageNames.map((name) => (
            <a key={name} href={linkTo.page(name)} aria-current={partOf(here) === name ? 'page' : undefined}>
              {titles[name].text}
              {titles[name].more && <span class="more">{titles[name].more}</span>}
            </a>
          ))}
        </nav>
        <ConnectionState />
        <KeyboardHelp />
      </header>
      <Current route={here} />
      <Notices />
    </>
  );
}

const single = { delivery: DeliveryPage, event: EventPage, subscription: SubscriptionPage };

function Current({ route: here }: { route: Route }) {
  if ('id' in here) {
    const Shown = single[here.page];
    return <Shown key={`${here.page} ${here.id}`} id={here.id} />;
  }
  const Shown = pages[here.page];
  return <Shown />;
}
