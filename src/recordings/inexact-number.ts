/** A number that may be one, outside of texts or within one: a cheap look that spares nearly every line the thorough one. */
const suspicious = /(?:^|[:,[])\s*-?(?:\d{16}|[\d.]+[eE])/;

/** The first number of a JSON text that changes when it is parsed: JavaScript holds whole numbers up to 2^53 exactly, others nearly. */
export function inexactNumber(json: string): { text: string; position: number } | undefined {
  if (!suspicious.test(json)) return undefined;
  // Texts are matched to be passed over.
  for (const { 0: token, index } of json.matchAll(/"(?:[^"\\]+|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g)) {
    if (!token.startsWith('"') && isChanged(token)) return { text: token, position: index };
  }
  return undefined;
}

function isChanged(token: string): boolean {
  const value = Number(token);
  if (!Number.isFinite(value)) return true;
  return /^-?\d{16,}$/.test(token) && BigInt(token) !== BigInt(value);
}
