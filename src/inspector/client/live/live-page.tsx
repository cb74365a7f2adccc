import { Page } from '../page.tsx';

export function LivePage() {
  return <Page title="Live">{''}</Page>;
}
