import { useState } from 'preact/hooks';
import { number, shortId } from '../../../narration/text.ts';
import type { LogEntry } from '../../../runtime/platform-logs.ts';
import { JsonView } from '../parts/json-view.tsx';
import { usePolled } from '../polled.ts';
import { Problems } from '../problems.tsx';
import { linkTo } from '../route.ts';
import { dateTime } from '../time/time-words.ts';
import { type LogFilter, matchingLogs } from './log-filter.ts';

/** The mock gives so many at once; a page of them is drawn. */
const asked = 1_000;
const step = 100;

/** The logs that the platform would keep, of every PIM and client id, newest first. */
export function PlatformLogs() {
  const logs = usePolled<{ items: LogEntry[] }>(`/_mock/logs?limit=${asked}`, 2_000);
  const [filter, setFilter] = useState<LogFilter>({ type: 'all', text: '' });
  const [shown, setShown] = useState(step);
  const all = logs.answer.value?.items;
  const matching = matchingLogs(all ?? [], filter);
  return (
    <section aria-label="The platform's logs">
      <search class="log-filters">
        <label>
          Level
          <select
            value={filter.type}
            onChange={(event) => setFilter({ ...filter, type: event.currentTarget.value as LogFilter['type'] })}
          >
            <option value="all">all</option>
            <option value="action">actions</option>
            <option value="error">errors</option>
          </select>
        </label>
        <label class="text">
          Text
          <input
            type="search"
            value={filter.text}
            placeholder="destination_timeout"
            onInput={(event) => setFilter({ ...filter, text: event.currentTarget.value })}
          />
        </label>
        <span class="muted" role="status">
          {all && `${number(matching.length)} of ${number(all.length)}`}
        </span>
      </search>
      <Problems of={logs.failure.value?.problems ?? []} />
      {all?.length === 0 && (
        <p class="empty">
          Nothing is logged yet. The platform logs what is done to subscriptions and every delivery that fails:
          subscribe, publish an event, and let the handler fail.
        </p>
      )}
      {all && all.length > 0 && matching.length === 0 && (
        <p class="empty">No entry fits. Take a word out of the filter.</p>
      )}
      <ul class="log">
        {matching.slice(0, shown).map((entry) => (
          <Entry key={entry.log_id} entry={entry} />
        ))}
      </ul>
      {matching.length > shown && (
        <button type="button" onClick={() => setShown(shown + step)}>
          {`Show more (${shown} of ${number(matching.length)})`}
        </button>
      )}
      {all?.length === asked && (
        <p class="muted">
          These are the newest {number(asked)}. <code>GET /_mock/logs?page=2&limit={asked}</code> has those before.
        </p>
      )}
    </section>
  );
}

function Entry({ entry }: { entry: LogEntry }) {
  const {
    log_type: type,
    timestamp,
    operation,
    error_reason: reason,
    error_message: message,
    subscription_id: subscription,
  } = entry;
  const [isOpen, setOpen] = useState(false);
  return (
    <li class={type}>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <time dateTime={timestamp}>{dateTime(timestamp)}</time>
          <span class={`level ${type === 'error' ? 'bad' : 'muted'}`}>{type}</span>
          <span class="operation">
            {operation.replaceAll('_', ' ')}
            {reason !== undefined && (
              <>
                {' '}
                <code>{reason}</code>
              </>
            )}
            {message !== undefined && <span class="muted message"> {message}</span>}
          </span>
          <span class="mono muted">{subscription !== '' && shortId(subscription)}</span>
        </summary>
        {isOpen && <Whole entry={entry} />}
      </details>
    </li>
  );
}

function Whole({ entry }: { entry: LogEntry }) {
  const { subscription_id: subscription, request, response, ...rest } = entry;
  return (
    <div class="log-entry">
      {subscription !== '' && (
        <p>
          <a href={linkTo.subscription(subscription)}>
            Subscription <span class="mono">{shortId(subscription)}</span>
          </a>
        </p>
      )}
      {request && (
        <>
          <h3>Request</h3>
          <JsonView value={request} />
        </>
      )}
      {response && (
        <>
          <h3>Response</h3>
          <JsonView value={response} />
        </>
      )}
      <h3>Entry</h3>
      <JsonView value={{ ...rest, subscription_id: subscription }} />
    </div>
  );
}
