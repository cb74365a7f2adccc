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
  const add = (name: string, when: 'soon' | 'later' | 'now'): void => {
    gathered.push(name);
    batch[when]();
  };
  return { add, written };
}

it('the first that is wanted soon goes at once with what is gathered, the others at the end of the turn', async () => {
  const { add, written } = gathering();
  add('a', 'later');
  expect(written).toEqual([]);
  add('b', 'soon');
  add('c', 'soon');
  add('d', 'later');
  expect(written).toEqual([['a', 'b']]);
  await nextTurn();
  expect(written).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ]);
});

it('each turn has a first of its own', async () => {
  const { add, written } = gathering();
  for (const name of ['a', 'b']) {
    add(name, 'soon');
    expect(written.at(-1)).toEqual([name]);
    await nextTurn();
  }
  add('c', 'later');
  await nextTurn();
  expect(written).toEqual([['a'], ['b'], ['c']]);
});

it('what was written in between is not written again', async () => {
  const { add, written } = gathering();
  add('a', 'later');
  add('b', 'now');
  await nextTurn();
  await nextTurn();
  expect(written).toEqual([['a', 'b']]);
});
