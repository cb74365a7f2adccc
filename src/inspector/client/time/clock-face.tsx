import type { ClockBody } from '../../../http/control-api.ts';
import { count } from '../../../narration/text.ts';
import { useRunningTime } from './running-time.ts';
import { dateTime, untilWords } from './time-words.ts';

/** What time it is for the mock, and what comes due next. */
export function ClockFace({ clock }: { clock: ClockBody }) {
  const { next_due_at: dueAt, pending_timers: pending } = clock;
  const time = useRunningTime(clock);
  return (
    <section class="card clock" aria-label="The clock">
      <div>
        <time class="clock-time" dateTime={new Date(time).toISOString()}>
          {dateTime(time)}
        </time>
        <p class="muted">{kindWords(clock)}</p>
      </div>
      <dl class="clock-facts">
        <dt>Next</dt>
        <dd>{dueAt === undefined ? <span class="muted">nothing comes due</span> : untilWords(dueAt, time)}</dd>
        <dt>Waiting</dt>
        <dd>{count(pending, 'timer')}</dd>
      </dl>
    </section>
  );
}

function kindWords({ kind, scale }: ClockBody): string {
  switch (kind) {
    case 'system':
      return "The machine's own clock, running at the speed of real time";
    case 'scaled':
      return `A clock that runs ${scale} times as fast as real time`;
    case 'virtual':
      return 'A virtual clock: it stands until it is moved';
    case 'own':
      return 'A clock of the program that started the mock';
  }
}
