import { count, elapsed, number, shortType } from '../../../narration/text.ts';
import { mockFacts } from '../mock-facts.ts';
import { Problems } from '../problems.tsx';
import { linkTo } from '../route.ts';
import { type Replay, stopReplay } from './replay-session.ts';

/** How far a replay has come, and when it is over what it came to. */
export function ReplayProgress({ replay }: { replay: Replay }) {
  const { files, bytes, bytesRead, tally, tookMs, isOver, problems } = replay;
  const { published = 0, deliveries = 0, isStopped = false } = tally ?? {};
  const share = bytes === 0 ? 1 : Math.min(1, bytesRead / bytes);
  const perSecond = tookMs > 0 ? Math.round((published * 1_000) / tookMs) : 0;
  return (
    <div class="replay-progress">
      <div class="actions">
        <progress max={1} value={share} aria-label={`Read of ${files.join(', ')}`} />
        <span class="percent">{Math.floor(share * 100)} %</span>
        {!isOver && (
          <button type="button" onClick={stopReplay}>
            Stop
          </button>
        )}
      </div>
      {/* Numbers that change all the time are not read out, what it came to is. */}
      <p role={isOver ? 'status' : undefined}>
        {isOver ? (isStopped || problems.length > 0 ? 'Stopped: ' : 'Done: ') : ''}
        {count(published, 'event')} published, {count(deliveries, 'delivery', 'deliveries')}
        <span class="muted">
          {' '}
          {isOver ? `in ${elapsed(tookMs)}, ` : ''}
          {number(perSecond)} events/s
        </span>
      </p>
      {!isOver && mockFacts.value?.isTimeless && (
        <p class="warn">
          The mock’s clock stands until it is moved, and this waits for it when the queues are full or an event is not
          due yet: <a href={linkTo.page('time')}>Time</a> moves it.
        </p>
      )}
      <Problems of={problems} />
      {tally && <Untaken untaken={tally.untaken} />}
      {tally && tally.badLineCount > 0 && (
        <details>
          <summary>
            <span class="warn">{count(tally.badLineCount, 'line')} could not be read</span>
          </summary>
          <ul>
            {tally.badLines.map(({ file, line, reason }) => (
              <li key={`${file} ${line}`}>
                {files.length > 1 && `${file}, `}line {line}: {reason}
              </li>
            ))}
          </ul>
          {tally.badLineCount > tally.badLines.length && (
            <p class="muted">And {number(tally.badLineCount - tally.badLines.length)} more.</p>
          )}
        </details>
      )}
    </div>
  );
}

function Untaken({ untaken }: { untaken: ReadonlyMap<string, number> }) {
  if (untaken.size === 0) return null;
  return (
    <details>
      <summary>
        <span class="warn">
          {count(
            [...untaken.values()].reduce((sum, times) => sum + times, 0),
            'event',
          )}{' '}
          taken by no subscription
        </span>
      </summary>
      <ul>
        {[...untaken].map(([type, times]) => (
          <li key={type}>
            {shortType(type)}: {number(times)}
          </li>
        ))}
      </ul>
    </details>
  );
}
