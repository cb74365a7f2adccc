import { Page } from '../page.tsx';

export function TimePage() {
  return <Page title="Time">{''}</Page>;
}
