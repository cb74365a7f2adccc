const longest = 500;
const ellipsis = '...';

/** A text from the other end as it can be shown: no control characters, which would play tricks on a terminal, and not endlessly long. */
export function printable(text: string): string {
  const cut = text.length > longest ? text.slice(0, longest - ellipsis.length) + ellipsis : text;
  return cut.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, escaped);
}

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
