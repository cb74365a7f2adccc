import { duration, elapsed } from '../../../narration/text.ts';

interface DeadlineBarProps {
  /** How long the answer took; nothing where nobody measured it. */
  ms: number | undefined;
  /** How long the platform waits; unknown until the page has asked. */
  deadlineMs: number | undefined;
}

/** An answer time against the deadline: the mark is the deadline, and what is past it was too late. */
export function DeadlineBar({ ms, deadlineMs }: DeadlineBarProps) {
  if (ms === undefined)
    return (
      <span class="muted" title="no time was measured">
        —
      </span>
    );
  return (
    <span class="deadline-bar" title={deadlineMs === undefined ? undefined : `of the ${duration(deadlineMs)} allowed`}>
      <span class="answer-time">{elapsed(ms)}</span>
      {deadlineMs !== undefined && <Bar ms={ms} deadlineMs={deadlineMs} />}
    </span>
  );
}

const width = 64;
/** Where the deadline is on the bar: what follows has room for answers that were late. */
const deadlineX = 48;

function Bar({ ms, deadlineMs }: { ms: number; deadlineMs: number }) {
  const reached = Math.min(width, (ms / deadlineMs) * deadlineX);
  return (
    <svg class={`bar ${toneOf(ms / deadlineMs)}`} width={width} height="10" aria-hidden="true">
      <rect class="bar-ground" y="3" width={width} height="4" rx="2" />
      <rect class="bar-reached" y="3" width={Math.max(2, reached)} height="4" rx="2" />
      <line class="bar-deadline" x1={deadlineX} x2={deadlineX} y1="0" y2="10" />
    </svg>
  );
}

/** The platform's own lines: past the deadline is a timeout, past its half a warning. */
const toneOf = (share: number): string => (share >= 1 ? 'bad' : share > 0.5 ? 'warn' : 'good');
