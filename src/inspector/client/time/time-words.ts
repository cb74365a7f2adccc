import { duration } from '../../../narration/text.ts';

/** When something comes due, seen from the time `now`: `in 4m 12s`, `now`. The page ticks in seconds, smaller units would only flicker. */
export function untilWords(at: string, now: number): string {
  const ms = Date.parse(at) - now;
  if (ms <= 0) return 'now';
  return ms < 1_000 ? 'in under 1s' : `in ${duration(Math.floor(ms / 1_000) * 1_000)}`;
}

const two = (n: number): string => String(n).padStart(2, '0');

/** Local date and time: `2026-01-05 08:00:00`. */
export function dateTime(at: string | number): string {
  const time = new Date(at);
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  return `${date} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':')}`;
}
