import { expect, it } from 'vitest';
import { matchId } from '../../src/runtime/match-id.ts';

const ids = ['019b8d3c-aaaa-89a1', '019b8d3c-bbbb-89b2', 'e1', 'e12'];

it.each([
  ['the whole id', '019b8d3c-aaaa-89a1', '019b8d3c-aaaa-89a1'],
  ['an id that is the beginning of another', 'e1', 'e1'],
  ['the end of one', '89b2', '019b8d3c-bbbb-89b2'],
  ['the beginning of one', '019b8d3c-a', '019b8d3c-aaaa-89a1'],
  ['the form in which lines show it', '019b…89b2', '019b8d3c-bbbb-89b2'],
  ['none', 'x', undefined],
])('finds %s', (_name, given, expected) => {
  expect(matchId(given, ids, 'event')).toBe(expected);
});

it('asks for more when several fit', () => {
  expect(() => matchId('019b', ids, 'event')).toThrow(expect.objectContaining({ code: 'AMBIGUOUS_ID' }));
});
