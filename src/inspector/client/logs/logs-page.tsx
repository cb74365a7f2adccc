import { useState } from 'preact/hooks';
import { Page } from '../page.tsx';
import { Outbox } from './outbox.tsx';
import { PlatformLogs } from './platform-logs.tsx';

const views = { logs: 'Logs', outbox: 'E-mails' } as const;
type View = keyof typeof views;

export function LogsPage() {
  const [view, setView] = useState<View>('logs');
  return (
    <Page
      title="Logs and outbox"
      actions={
        <fieldset class="segments">
          <legend class="visually-hidden">What is shown</legend>
          {Object.entries(views).map(([name, text]) => (
            <label key={name}>
              <input type="radio" name="view" checked={view === name} onChange={() => setView(name as View)} />
              <span>{text}</span>
            </label>
          ))}
        </fieldset>
      }
    >
      {view === 'logs' ? <PlatformLogs /> : <Outbox />}
    </Page>
  );
}
