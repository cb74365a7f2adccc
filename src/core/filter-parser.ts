import { type FilterExpression, type FilterField, type FilterProblem, quote } from './filter.ts';
import { nearest } from './nearest.ts';

/**
 * The filter language (contract, filters; event-platform/filters). Documented are 500 characters and 10 operators; the nesting is
 * only said to be bounded, so its limit is ours. So are the escapes: `\"` is a quote, `\\` a backslash.
 */
export const filterLimits = { characters: 500, operators: 10, nesting: 10 } as const;

export const filterFields: readonly FilterField[] = [
  'user',
  'user_type',
  'attribute',
  'scope',
  'channel',
  'locale',
  'ready_on_scopes',
];
export const userTypes = ['user', 'api', 'job', 'system', 'unknown-user-type'] as const;

const keywords = ['and', 'or', 'not', 'in'] as const;

interface Token {
  kind: 'word' | 'text' | 'symbol' | 'end';
  /** As written; of a text, what is between the quotes with its escapes resolved. */
  value: string;
  column: number;
}

const tokenPattern = /(\s+)|"((?:\\.|[^"\\])*)"|([()[\],]|[=!<>~&|]+)|([^\s"()[\],=!<>~&|]+)/sy;

/** What ends the parsing. It never leaves this file. */
class Refusal extends Error {
  readonly column: number;

  constructor(column: number, message: string) {
    super(message);
    this.column = column;
  }
}

/** Parses a filter, or says where and why it is none. */
export function parseFilter(text: string): { expression: FilterExpression } | { problem: FilterProblem } {
  try {
    return { expression: parse(tokenize(text)) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { problem: { column: error.column, message: error.message } };
  }
}

function tokenize(text: string): Token[] {
  const { characters } = filterLimits;
  if (text.length > characters)
    throw new Refusal(characters + 1, `a filter has at most ${characters} characters, this one has ${text.length}`);
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    tokenPattern.lastIndex = at;
    const found = tokenPattern.exec(text);
    if (!found) throw new Refusal(at + 1, 'this double quote is not closed');
    const [whole, , quoted, symbol, word] = found;
    const column = at + 1;
    if (quoted !== undefined) tokens.push({ kind: 'text', value: quoted.replace(/\\(["\\])/g, '$1'), column });
    else if (symbol !== undefined) tokens.push({ kind: 'symbol', value: symbol, column });
    else if (word !== undefined) tokens.push({ kind: 'word', value: word, column });
    at += whole.length;
  }
  tokens.push({ kind: 'end', value: '', column: text.length + 1 });
  return tokens;
}

/** Recursive descent, a function for each rule of the grammar. */
function parse(tokens: readonly Token[]): FilterExpression {
  let position = 0;
  let operators = 0;
  let depth = 0;

  // The last token is the end, and nothing reads beyond it.
  const peek = (): Token => tokens[position] as Token;
  const next = (): Token => tokens[position++] as Token;
  const is = (kind: Token['kind'], value: string): boolean => peek().kind === kind && peek().value === value;

  function skip(symbol: string, otherwise: string): void {
    if (!is('symbol', symbol)) throw new Refusal(peek().column, `expected ${otherwise}, got ${shown(peek())}`);
    position++;
  }

  function countOperator({ column }: Token): void {
    operators++;
    const most = filterLimits.operators;
    if (operators > most)
      throw new Refusal(column, `a filter has at most ${most} operators; ${keywords.join(', ')} each count as one`);
  }

  function chain(kind: 'and' | 'or', operand: () => FilterExpression): FilterExpression {
    const first = operand();
    const parts = [first];
    while (is('word', kind)) {
      countOperator(next());
      parts.push(operand());
    }
    return parts.length === 1 ? first : { kind, parts };
  }
  const or = (): FilterExpression => chain('or', and);
  const and = (): FilterExpression => chain('and', unary);

  function unary(): FilterExpression {
    if (is('word', 'not')) {
      countOperator(next());
      return { kind: 'not', part: unary() };
    }
    if (!is('symbol', '(')) return test();
    const { column } = next();
    depth++;
    if (depth > filterLimits.nesting)
      throw new Refusal(column, `parentheses may be nested ${filterLimits.nesting} deep, not deeper`);
    const inside = or();
    skip(')', '")", "and" or "or"');
    depth--;
    return inside;
  }

  function test(): FilterExpression {
    const { column } = peek();
    const field = readField(next());
    const operator = peek();
    if (is('symbol', '=')) {
      position++;
      return { kind: 'test', field, operator: '=', values: [readValue(next(), field)], column };
    }
    if (!is('word', 'in')) throw unknownOperator(operator, ['=', 'in']);
    countOperator(next());
    skip('[', '"[" after in');
    const values = [readValue(next(), field)];
    while (!is('symbol', ']')) {
      skip(',', '"," or "]"');
      values.push(readValue(next(), field));
    }
    position++;
    return { kind: 'test', field, operator: 'in', values, column };
  }

  const expression = or();
  if (is('symbol', ')')) throw new Refusal(peek().column, 'this ")" closes nothing');
  if (peek().kind !== 'end') throw unknownOperator(peek(), ['and', 'or']);
  return expression;
}

function readField(token: Token): FilterField {
  const field = token.kind === 'word' ? filterFields.find((known) => known === token.value) : undefined;
  if (field) return field;
  const expected = `a field (${filterFields.join(', ')}), "not" or "("`;
  if (token.kind !== 'word' || keywords.some((known) => known === token.value))
    throw new Refusal(token.column, `expected ${expected}, got ${shown(token)}`);
  const meant = nearest(token.value, [...filterFields, ...keywords]);
  throw new Refusal(
    token.column,
    `unknown field ${shown(token)}${meant ? `, did you mean ${meant}?` : ''}; the fields are ${filterFields.join(', ')}`,
  );
}

function readValue(token: Token, field: FilterField): string {
  const { kind, value, column } = token;
  if (kind === 'word')
    throw new Refusal(column, `a value is written in double quotes: ${quote(value.replace(/^'|'$/g, ''))}`);
  if (kind !== 'text') throw new Refusal(column, `expected a value in double quotes, got ${shown(token)}`);
  if (field === 'user_type' && !userTypes.some((known) => known === value))
    throw new Refusal(column, `${shown(token)} is no user type; they are ${userTypes.join(', ')}`);
  return value;
}

function unknownOperator(token: Token, expected: readonly string[]): Refusal {
  const names = expected.map((name) => `"${name}"`).join(' or ');
  const lower = token.value.toLowerCase();
  if (token.kind === 'word' && expected.includes(lower))
    return new Refusal(token.column, `keywords are written in lower case: ${lower}`);
  return new Refusal(token.column, `expected ${names}, got ${shown(token)}`);
}

const shown = ({ kind, value }: Token): string => (kind === 'end' ? 'the end of the filter' : quote(value));

/** Most of the text that a message shows on either side of its caret. */
const shownCharacters = 60;

/** The problem with its column and, under the text, a caret. */
export function describeProblem(text: string, { column, message }: FilterProblem): string {
  const from = Math.max(0, column - 1 - shownCharacters);
  const to = column - 1 + shownCharacters;
  const head = from > 0 ? '…' : '';
  // A line break would part the caret from its place.
  const line = `${head}${text.slice(from, to).replace(/\s/g, ' ')}${to < text.length ? '…' : ''}`;
  const caret = `${' '.repeat(head.length + column - 1 - from)}^`;
  return `column ${column}: ${message}\n${line}\n${caret}`;
}
