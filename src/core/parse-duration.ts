const unitMs: Record<string, number> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };
const part = /(\d+(?:\.\d+)?)(ms|d|h|m|s)/g;
const whole = /^(?:\d+(?:\.\d+)?(?:ms|d|h|m|s))+$/;

export const durationForm = 'a duration such as 90s, 5m or 1h30m';

/** The milliseconds of `90s`, `5m`, `1h30m`, `1.5h` or `250ms`, spaces allowed; undefined for anything else. A number needs its unit. */
export function parseDuration(text: string): number | undefined {
  const compact = text.replace(/\s+/g, '');
  if (!whole.test(compact)) return undefined;
  let ms = 0;
  for (const [, amount = '', unit = ''] of compact.matchAll(part)) ms += Number(amount) * (unitMs[unit] ?? 0);
  return Number.isSafeInteger(Math.round(ms)) ? Math.round(ms) : undefined;
}
