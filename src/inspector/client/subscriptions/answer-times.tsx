import { count, elapsed, number } from '../../../narration/text.ts';
import { columnsOf, deadlinePosition, splitAtDeadline } from './histogram-geometry.ts';
import type { SubscriptionState } from './stop-words.ts';

type Latency = NonNullable<SubscriptionState['latency']>;

const box = { width: 120, height: 32 };

/** How long answers took, with the deadline drawn in. */
export function AnswerTimes({ latency, deadlineMs }: { latency: Latency | undefined; deadlineMs: number }) {
  const columns = latency
    ? columnsOf(splitAtDeadline(latency.histogram, deadlineMs, latency.late), deadlineMs, box)
    : [];
  const deadline = deadlinePosition * box.width;
  return (
    <div class="spark">
      <div class="measure-label">Answer times</div>
      <div class="measure-value">{latency && latency.answers > 0 ? `${elapsed(latency.p95_ms)} p95` : 'none yet'}</div>
      <svg
        viewBox={`0 -2 ${box.width} ${box.height + 4}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={answerTimeWords(latency, deadlineMs)}
      >
        <path class="spark-base" d={`M 0 ${box.height} H ${box.width}`} />
        {columns.map(({ x, width, height, isLate }) => (
          <rect
            key={x}
            class={isLate ? 'answers late' : 'answers'}
            x={x + 0.4}
            y={box.height - height}
            width={width - 0.8}
            height={height}
          />
        ))}
        <path class="deadline" d={`M ${deadline} -2 V ${box.height + 2}`} />
      </svg>
      <div class="deadline-label muted" aria-hidden="true">
        deadline {elapsed(deadlineMs)}
      </div>
    </div>
  );
}

/** The numbers behind the picture. */
export function answerTimeNumbers(latency: Latency): string {
  const { answers, p50_ms: p50, p95_ms: p95, max_ms: max, slow, late, timeouts } = latency;
  return `${count(answers, 'answer')}: half within ${elapsed(p50)}, 95 % within ${elapsed(p95)}, longest ${elapsed(max)}; ${number(slow)} slow, ${number(late)} late, ${number(timeouts)} timed out`;
}

function answerTimeWords(latency: Latency | undefined, deadlineMs: number): string {
  const numbers = latency && latency.answers > 0 ? answerTimeNumbers(latency) : 'none yet';
  return `Answer times: ${numbers}; deadline ${elapsed(deadlineMs)}`;
}
