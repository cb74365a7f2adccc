/** A piece of laid out JSON. */
export interface JsonPiece {
  kind: 'key' | 'string' | 'number' | 'literal' | 'mark';
  text: string;
}

/** What stands between escapes is one run: a step back for each character of a long text would be more than an engine remembers. */
const token = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*|true|false|null|[{}[\],:]|\s+/gy;

/**
 * Lays JSON out over lines, token by token: numbers keep their digits and strings their escapes, which parsing and writing anew would
 * not leave as they were. Undefined when the text is no JSON.
 */
export function layOutJson(text: string): JsonPiece[] | undefined {
  if (!isJson(text)) return undefined;
  const pieces: JsonPiece[] = [];
  let depth = 0;
  const tokens = (text.match(token) ?? []).filter((part) => part.trim() !== '');
  const line = (): string => `\n${'  '.repeat(depth)}`;
  for (const [i, part] of tokens.entries()) {
    const next = tokens[i + 1];
    const before = tokens[i - 1];
    if (part === '{' || part === '[') {
      depth++;
      const isEmpty = next === '}' || next === ']';
      pieces.push({ kind: 'mark', text: isEmpty ? part : part + line() });
    } else if (part === '}' || part === ']') {
      depth--;
      const isEmpty = before === '{' || before === '[';
      pieces.push({ kind: 'mark', text: isEmpty ? part : line() + part });
    } else if (part === ',') pieces.push({ kind: 'mark', text: part + line() });
    else if (part === ':') pieces.push({ kind: 'mark', text: ': ' });
    else pieces.push({ kind: kindOf(part, next), text: part });
  }
  return pieces;
}

function kindOf(part: string, next: string | undefined): JsonPiece['kind'] {
  if (part.startsWith('"')) return next === ':' ? 'key' : 'string';
  return /^[-\d]/.test(part) ? 'number' : 'literal';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
