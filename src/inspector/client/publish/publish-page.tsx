import { Page } from '../page.tsx';

export function PublishPage() {
  return <Page title="Publish">{''}</Page>;
}
