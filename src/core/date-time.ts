/** RFC 3339 `date-time`: a full date and time with an offset. */
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;

/** The text that was read last: events of one second carry the same one, and each is asked about several times. */
let lastText: string | undefined;
let lastMs = Number.NaN;

/** What an RFC 3339 date-time says, in milliseconds since the epoch; NaN for what is none. */
export function dateTimeMs(text: string): number {
  if (text === lastText) return lastMs;
  lastText = text;
  lastMs = rfc3339.test(text) ? Date.parse(text) : Number.NaN;
  return lastMs;
}
