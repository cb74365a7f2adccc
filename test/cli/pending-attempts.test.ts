import { expect, it } from 'vitest';
import { PendingAttempts } from '../../src/cli/pending-attempts.ts';

/** Starts attempts and resolves with those that were shown when the last of them was. */
function shownOf(start: (pending: PendingAttempts<object>, show: (name: string) => () => void) => void, last: string) {
  return new Promise<string[]>((resolve) => {
    const shown: string[] = [];
    const show = (name: string) => (): void => {
      shown.push(name);
      if (name === last) resolve(shown);
    };
    start(new PendingAttempts(1), show);
  });
}

it('attempts are shown in the order in which they were started, once nobody has finished them in time', async () => {
  const shown = await shownOf((pending, show) => {
    const [first, second, third] = [{}, {}, {}];
    pending.started(first, show('first'));
    pending.started(second, show('second'));
    pending.started(third, show('third'));
    pending.finished(second);
  }, 'third');
  expect(shown).toEqual(['first', 'third']);
});

it('an attempt that is finished finishes no other, even one that has the same numbers after a restart', async () => {
  const shown = await shownOf((pending, show) => {
    const old = { id: 1 };
    pending.started(old, show('old'));
    pending.started({ id: 1 }, show('new'));
    pending.finished(old);
  }, 'new');
  expect(shown).toEqual(['new']);
});
