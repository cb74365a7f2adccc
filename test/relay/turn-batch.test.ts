import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { TurnBatch } from '../../src/relay/turn-batch.ts';

function gathering() {
  const written: string[][] = [];
  let gathered: string[] = [];
  const batch = new TurnBatch(() => {
    if (gathered.length > 0) written.push(gathered);
    gathered = [];
  });
  const add = (name: string, when: 'later' | 'now'): void => {
    gathered.push(name);
    batch[when]();
  };
  return { add, written };
}

it('what may go later goes together at the end of the turn', async () => {
  const { add, written } = gathering();
  for (const turn of [['a', 'b'], ['c'], ['d', 'e']]) {
    for (const name of turn) add(name, 'later');
    expect(written).not.toContainEqual(turn);
    await nextTurn();
    expect(written.at(-1)).toEqual(turn);
  }
});

it('what goes at once takes with it what is gathered, which is not written again', async () => {
  const { add, written } = gathering();
  add('a', 'later');
  add('b', 'now');
  expect(written).toEqual([['a', 'b']]);
  await nextTurn();
  await nextTurn();
  expect(written).toEqual([['a', 'b']]);
});

it('what comes in the same turn behind it goes at the end of the turn', async () => {
  const { add, written } = gathering();
  add('a', 'now');
  add('b', 'later');
  add('c', 'later');
  expect(written).toEqual([['a']]);
  await nextTurn();
  expect(written).toEqual([['a'], ['b', 'c']]);
});
