import { Page } from '../page.tsx';

export function DeliveryPage({ id }: { id: string }) {
  return <Page title="Delivery">{id}</Page>;
}
