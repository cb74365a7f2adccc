import { expect, it } from 'vitest';
import { Journal } from '../../src/runtime/journal.ts';

const fact = (message: string) => ({ type: 'mock.warning', message }) as const;

it('numbers entries, stamps them with the time of the mock, and tells listeners', () => {
  let now = 5;
  const journal = new Journal(() => now);
  const heard: number[] = [];
  const stop = journal.subscribe(({ seq }) => heard.push(seq));
  journal.append(fact('one'));
  now = 6;
  journal.append(fact('two'));
  stop();
  journal.append(fact('three'));
  expect([...journal.entries()].map(({ seq, at }) => [seq, at])).toEqual([
    [1, 5],
    [2, 6],
    [3, 6],
  ]);
  expect([...journal.entries(2)].map(({ seq }) => seq)).toEqual([3]);
  expect(heard).toEqual([1, 2]);
});

it('keeps the latest entries only', () => {
  const journal = new Journal(() => 0, 3);
  for (let n = 1; n <= 10; n++) journal.append(fact(String(n)));
  expect([...journal.entries()].map(({ seq }) => seq)).toEqual([8, 9, 10]);
  expect(journal.lastSeq).toBe(10);
});

it('goes on counting after it was cleared', () => {
  const journal = new Journal(() => 0);
  journal.append(fact('one'));
  journal.clear();
  expect([...journal.entries()]).toEqual([]);
  journal.append(fact('two'));
  expect([...journal.entries()].map(({ seq }) => seq)).toEqual([2]);
});

it('goes on when a listener throws, and does not swallow its error', async () => {
  const journal = new Journal(() => 0);
  const heard: number[] = [];
  const thrown = new Promise<unknown>((resolve) => {
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.once('uncaughtException', (error) => {
      for (const other of others) process.on('uncaughtException', other);
      resolve(error);
    });
  });
  journal.subscribe(() => {
    throw new Error('mine');
  });
  journal.subscribe(({ seq }) => heard.push(seq));
  journal.append(fact('one'));
  expect(heard).toEqual([1]);
  expect(await thrown).toMatchObject({ message: 'mine' });
});
