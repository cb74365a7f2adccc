/** Deeper values are not walked through, but their text is looked at. */
const mostLevels = 100;

/** Whether a parsed value holds a number that may have been another one: a cheap look that spares nearly every text the thorough one. */
function isSuspicious(value: unknown, levels = mostLevels): boolean {
  if (typeof value === 'number') return !(Math.abs(value) < Number.MAX_SAFE_INTEGER);
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) return value.some((inner) => isSuspicious(inner, levels - 1));
  for (const name in value) if (isSuspicious((value as Record<string, unknown>)[name], levels - 1)) return true;
  return false;
}

/** Texts are matched to be passed over. */
const tokens = /"(?:[^"\\]+|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const isInexact = (token: string): boolean => !token.startsWith('"') && isChanged(token);

/**
 * The first number of a JSON text that changes when it is parsed: JavaScript holds whole numbers up to 2^53 exactly, others nearly.
 * `value` is what the text was parsed to.
 */
export function inexactNumber(json: string, value: unknown): { text: string; position: number } | undefined {
  if (!isSuspicious(value)) return undefined;
  for (const { 0: token, index } of json.matchAll(tokens))
    if (isInexact(token)) return { text: token, position: index };
  return undefined;
}

/** What a JSON text is parsed to when each such number is a text with all its digits: two of them are the same only when they are written so. */
export const parseExactly = (json: string): unknown =>
  JSON.parse(json.replace(tokens, (token) => (isInexact(token) ? JSON.stringify(`number ${token}`) : token)));

function isChanged(token: string): boolean {
  const value = Number(token);
  if (!Number.isFinite(value)) return true;
  return /^-?\d{16,}$/.test(token) && digitsOf(value) !== token;
}

/** A whole number as JSON writes it, its exponent written out. */
function digitsOf(value: number): string {
  const [mantissa = '', exponent = '0'] = String(value).split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return whole + fraction.padEnd(Number(exponent), '0');
}
