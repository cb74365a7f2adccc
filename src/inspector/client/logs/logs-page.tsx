import { Page } from '../page.tsx';

export function LogsPage() {
  return <Page title="Logs and outbox">{''}</Page>;
}
