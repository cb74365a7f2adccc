/** The line, from 1, on which each item of a JSON array begins. The text has to be a valid JSON array. */
export function arrayItemLines(text: string): number[] {
  const lines: number[] = [];
  let line = 1;
  let depth = 0;
  let inText = false;
  let awaitsItem = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (inText) {
      if (char === '\\') i++;
      else if (char === '"') inText = false;
      continue;
    }
    if (char === '\n') line++;
    if (char === undefined || /\s/.test(char)) continue;
    if (awaitsItem && char !== ']') lines.push(line);
    awaitsItem = false;
    if (char === '"') inText = true;
    else if (char === '[' || char === '{') awaitsItem = depth++ === 0;
    else if (char === ']' || char === '}') depth--;
    else if (char === ',') awaitsItem = depth === 1;
  }
  return lines;
}

/** The line of a character, from 1. */
export const lineAt = (text: string, position: number): number => text.slice(0, position).split('\n').length;
