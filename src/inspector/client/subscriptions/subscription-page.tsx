import { Page } from '../page.tsx';

export function SubscriptionPage({ id }: { id: string }) {
  return <Page title="Subscription">{id}</Page>;
}
