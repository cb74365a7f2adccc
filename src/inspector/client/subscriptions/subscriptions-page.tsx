import { Page } from '../page.tsx';

export function SubscriptionsPage() {
  return <Page title="Subscriptions">{''}</Page>;
}
