import { describe, expect, it, vi } from 'vitest';
import { realDeadline, realPause, SystemClock, VirtualClock } from '../../src/runtime/clock.ts';

const minute = 60_000;

describe('the virtual clock', () => {
  it('fires a chain of timers at their own due times, not at the end of the jump', async () => {
    const clock = new VirtualClock(0);
    const fired: number[] = [];
    const chain = (delays: number[]): void => {
      const [delay, ...rest] = delays;
      if (delay === undefined) return;
      clock.wakeAt(clock.now() + delay, () => {
        fired.push(clock.now() / minute);
        chain(rest);
      });
    };
    chain([5 * minute, 10 * minute, 20 * minute]);
    await clock.advance(60 * minute);
    expect(fired).toEqual([5, 15, 35]);
    expect(clock.now()).toBe(60 * minute);
  });

  it('waits until the work that a timer caused has settled before the next timer', async () => {
    const story: string[] = [];
    let work = Promise.resolve();
    const clock = new VirtualClock(0, () => work);
    for (const name of ['a', 'b']) {
      clock.wakeAt(10, () => {
        story.push(`${name} fires`);
        work = Promise.resolve().then(() => void story.push(`${name} settles`));
      });
    }
    await clock.advance(10);
    expect(story).toEqual(['a fires', 'a settles', 'b fires', 'b settles']);
  });

  it('steps from timer to timer, runs until idle within a limit, and forgets what is cancelled', async () => {
    const clock = new VirtualClock(0);
    const fired: number[] = [];
    for (const at of [3, 1, 2]) clock.wakeAt(at, () => fired.push(at));
    const cancel = clock.wakeAt(4, () => fired.push(4));
    cancel();
    expect(await clock.next()).toBe(true);
    expect(fired).toEqual([1]);
    expect(await clock.runUntilIdle({ limit: 1 })).toBe(1);
    expect(await clock.runUntilIdle()).toBe(1);
    expect(await clock.next()).toBe(false);
    expect(fired).toEqual([1, 2, 3]);
  });
});

describe('the system clock', () => {
  it('wakes at once for a time that has passed', async () => {
    const clock = new SystemClock();
    await new Promise<void>((resolve) => clock.wakeAt(clock.now() - 1, resolve));
  });

  it('goes on while a test has fake timers installed', async () => {
    vi.useFakeTimers();
    try {
      const clock = new SystemClock();
      await new Promise<void>((resolve) => clock.wakeAt(clock.now() + 1, resolve));
      await new Promise<void>((resolve) => realDeadline(1, resolve));
    } finally {
      vi.useRealTimers();
    }
  });

  const farAway: [string, (wake: () => void) => () => void][] = [
    ['clock', (wake) => new SystemClock().wakeAt(new SystemClock().now() + 2 ** 40, wake)],
    ['deadline', (wake) => realDeadline(2 ** 40, wake)],
    ['pause', (wake) => realPause(2 ** 40, wake)],
  ];
  it.each(farAway)('does not wake early for a time further away than a timer can sleep: %s', async (_name, arm) => {
    let woken = false;
    const cancel = arm(() => {
      woken = true;
    });
    // Timers of the same millisecond fire in order: had it overflowed to 1 ms, it would have fired before this one.
    await new Promise<void>((resolve) => realDeadline(2, resolve));
    cancel();
    expect(woken).toBe(false);
  });
});
