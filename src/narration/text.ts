/** How single values look in the output for people. */
import { isEventType, shortName } from '../events/catalog.ts';

/** The local time of day, `10:44:16.120`. */
export function timeOfDay(ms: number): string {
  const time = new Date(ms);
  const two = (n: number): string => String(n).padStart(2, '0');
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':');
  return `${clock}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}

/** The ends of an id. Of a UUIDv7 the last digits are the random ones, so they tell ids of one second apart. */
export const shortId = (id: string): string => (id.length > 12 ? `${id.slice(0, 4)}…${id.slice(-4)}` : id);

/** An event type as people write it; one that is not in the catalogue in full. */
export const shortType = (type: string): string => (isEventType(type) ? shortName(type) : type);

/** A measured time: `11ms`, `4.2s`. */
export const elapsed = (ms: number): string => (ms < 1000 ? `${Math.round(ms)}ms` : `${(ms / 1000).toFixed(1)}s`);

/** A time to wait, in its largest whole units: `5m`, `1h 30m`, `250ms`. */
export function duration(ms: number): string {
  const units: [string, number][] = [
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
    ['ms', 1],
  ];
  const parts: string[] = [];
  let left = Math.round(ms);
  for (const [unit, size] of units) {
    if (left >= size) parts.push(`${Math.floor(left / size)}${unit}`);
    left %= size;
  }
  return parts.slice(0, 2).join(' ') || '0ms';
}

/** With commas between thousands. By hand: the first use of the language's own formatter costs a start tens of milliseconds. */
export const number = (n: number): string => String(n).replace(/\B(?=(?:\d{3})+$)/g, ',');

/** A share of 1, rounded down so that a single failure never shows as `100 %`. */
export const percent = (share: number): string => `${Math.floor(share * 1000 + 1e-6) / 10} %`;

export const count = (n: number, one: string, many = `${one}s`): string => `${number(n)} ${n === 1 ? one : many}`;

/** Text of several lines in one. */
export const oneLine = (text: string): string => text.trim().replace(/\s*[\r\n]+\s*/g, ' ');

/** Rows as columns of equal width, two spaces apart. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
