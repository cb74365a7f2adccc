import { dateTimeMs } from '../core/date-time.ts';
import { parseFilter } from '../core/filter-parser.ts';
import { fail } from '../errors.ts';
import { resolveTypes } from '../events/catalog.ts';
import type { ReplaySelection } from './replay-events.ts';

/** How a recording is to be replayed, as a person or a program says it. Everything has a default. */
export interface ReplayWishes {
  /** Only events of these types: full or short names, or wildcards. */
  types?: readonly string[] | undefined;
  /** Only events that a subscription with this filter would get. */
  filter?: string | undefined;
  /** Only what was recorded at this time or later: RFC 3339, or milliseconds since the epoch. */
  from?: string | number | undefined;
  /** And not later than this. */
  to?: string | number | undefined;
  /** At most so many events, those that are passed over included. */
  limit?: number | undefined;
  /** So many of the events that would be published are passed over. */
  skip?: number | undefined;
  /** Each event is drawn at random out of so many that follow one another. */
  shuffle?: number | undefined;
  /** Share of the events that come twice under one id, from 0 to 1. */
  duplicates?: number | undefined;
  /** How often the recordings are gone through; once. */
  loop?: number | undefined;
  /** Under the recorded ids instead of new ones. */
  keepIds?: boolean | undefined;
  /** The recorded deliveries with their very bytes and headers, instead of events that are signed anew. */
  exact?: boolean | undefined;
  /** `real` as recorded, `10x` ten times as fast, `max` (default) as fast as can be; on the mock's clock. */
  speed?: string | number | undefined;
  /** Moves the times of the events so that the first has this one: `now`, RFC 3339, or milliseconds since the epoch. */
  shiftTime?: string | number | undefined;
}

/** What is not a wish. */
export interface ReplayContext {
  seed: number;
  /** The mock's time, in milliseconds since the epoch. */
  now: number;
  /** Names a wish in an error: `--speed`. */
  nameOf(wish: keyof ReplayWishes): string;
}

/** @throws INVALID_OPTION, UNKNOWN_EVENT_TYPE, CONFLICTING_OPTIONS */
export function replaySelection(wishes: ReplayWishes, context: ReplayContext): ReplaySelection {
  const { types = [], keepIds = false, exact = false, shiftTime } = wishes;
  const { seed, now, nameOf } = context;
  if (exact && shiftTime !== undefined)
    throw fail('CONFLICTING_OPTIONS', { options: [nameOf('exact'), nameOf('shiftTime')] });
  const whole = (wish: 'limit' | 'skip' | 'shuffle' | 'loop', least: number): number | undefined => {
    const value = wishes[wish];
    if (value === undefined || (Number.isInteger(value) && value >= least)) return value;
    if (wish === 'loop' && value === Number.POSITIVE_INFINITY) return value;
    throw fail('INVALID_OPTION', { option: nameOf(wish), value, expected: `a whole number from ${least}` });
  };
  const { duplicates = 0 } = wishes;
  if (!(duplicates >= 0 && duplicates <= 1))
    throw fail('INVALID_OPTION', { option: nameOf('duplicates'), value: duplicates, expected: 'a number from 0 to 1' });
  const from = instantOf(wishes.from, nameOf('from'));
  const to = instantOf(wishes.to, nameOf('to'));
  if (from !== undefined && to !== undefined && from > to)
    throw fail('INVALID_OPTION', {
      option: nameOf('to'),
      value: wishes.to,
      expected: `a time from ${nameOf('from')} on`,
    });
  return {
    types: types.length > 0 ? new Set<string>(types.flatMap((pattern) => resolveTypes(pattern))) : undefined,
    filter: filterOf(wishes.filter, nameOf('filter')),
    from,
    to,
    limit: whole('limit', 1),
    skip: whole('skip', 0) ?? 0,
    shuffle: whole('shuffle', 1),
    duplicates,
    laps: whole('loop', 1) ?? 1,
    seed,
    keepIds,
    exact,
    speed: speedOf(wishes.speed, nameOf('speed')),
    shiftTo:
      shiftTime === 'now'
        ? { ms: now, isFirstPublished: true }
        : given(instantOf(shiftTime, nameOf('shiftTime'), 'now or a time as RFC 3339')),
  };
}

const given = (ms: number | undefined): ReplaySelection['shiftTo'] =>
  ms === undefined ? undefined : { ms, isFirstPublished: false };

function filterOf(text: string | undefined, option: string): ReplaySelection['filter'] {
  if (text === undefined) return undefined;
  const parsed = parseFilter(text);
  if ('expression' in parsed) return parsed.expression;
  const { column, message } = parsed.problem;
  const expected = `a filter (column ${column}: ${message})`;
  throw fail('INVALID_OPTION', { option, value: text, expected, hint: 'for example user_type = "api"' });
}

function instantOf(value: string | number | undefined, option: string, expected = 'a time as RFC 3339') {
  if (value === undefined) return undefined;
  const ms = typeof value === 'number' ? value : dateTimeMs(value);
  if (Number.isFinite(ms)) return ms;
  throw fail('INVALID_OPTION', { option, value, expected, hint: 'for example 2026-01-05T08:00:00Z' });
}

function speedOf(value: string | number | undefined, option: string): number | undefined {
  if (value === undefined || value === 'max') return undefined;
  if (value === 'real') return 1;
  const factor = Number(typeof value === 'number' ? value : (/^(\d+(?:\.\d+)?)x$/.exec(value)?.[1] ?? Number.NaN));
  if (factor > 0 && Number.isFinite(factor)) return factor;
  throw fail('INVALID_OPTION', { option, value, expected: 'real, max or a factor such as 10x' });
}
