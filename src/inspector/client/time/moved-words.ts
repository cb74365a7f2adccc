import type { ClockMoved } from '../../../http/control-api.ts';
import { count, duration } from '../../../narration/text.ts';

/** What a move of the clock brought, in one line: `5m passed: 3 attempts, 2 delivered, 1 dropped`. */
export function movedWords({ moved_ms: ms, timers, attempts, delivered, dropped, discarded }: ClockMoved): string {
  if (timers === 0) return 'Nothing comes due: the clock stays where it is';
  const happened = [
    timers === undefined ? '' : count(timers, 'timer'),
    attempts === 0 ? 'no attempt' : count(attempts, 'attempt'),
    attempts === 0 ? '' : `${delivered} delivered`,
    dropped === 0 ? '' : `${dropped} dropped`,
    discarded === 0 ? '' : `${discarded} discarded`,
  ];
  return `${ms === 0 ? 'No time' : duration(ms)} passed: ${happened.filter((part) => part !== '').join(', ')}`;
}
