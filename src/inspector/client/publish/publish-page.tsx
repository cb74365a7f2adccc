import { Page } from '../page.tsx';
import { Compose } from './compose.tsx';
import { ReplayPanel } from './replay-panel.tsx';

export function PublishPage() {
  return (
    <Page title="Publish">
      <Compose />
      <ReplayPanel />
    </Page>
  );
}
