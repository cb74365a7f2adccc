import { describe, expect, it } from 'vitest';
import { SystemClock, VirtualClock } from '../../src/runtime/clock.ts';
import { MockClock, makeClock, virtualStart } from '../../src/runtime/mock-clock.ts';
import { ScaledClock } from '../../src/runtime/scaled-clock.ts';

const minute = 60_000;

describe('the scaled clock', () => {
  it('runs so many times as fast as its base, and wakes when its own time has come', async () => {
    const base = new VirtualClock(1_000_000);
    const clock = new ScaledClock(60, base);
    const woken: number[] = [];
    clock.wakeAt(clock.now() + 60 * minute, () => woken.push(clock.now()));
    const cancel = clock.wakeAt(clock.now() + 1, () => woken.push(-1));
    cancel();
    await base.advance(minute - 1);
    expect(woken).toEqual([]);
    expect(clock.now()).toBe(1_000_000 + 60 * (minute - 1));
    await base.advance(1);
    expect(woken).toEqual([1_000_000 + 60 * minute]);
  });

  it.each([0.5, 3, 60, 7777.7])('at %d never wakes anybody too early', async (scale) => {
    const base = new VirtualClock(5);
    const clock = new ScaledClock(scale, base);
    const early: number[] = [];
    for (const at of [6, 7, 100, 12_345]) clock.wakeAt(at, () => void (clock.now() < at && early.push(at)));
    await base.runUntilIdle();
    expect(early).toEqual([]);
  });
});

describe('the choice of a clock', () => {
  const own = { now: () => 7, wakeAt: () => () => {} };
  it.each([
    ['the machine’s by default', { clock: 'system' as const }, 'system'],
    ['faster than real time', { clock: 'system' as const, timeScale: 60 }, 'scaled'],
    ['virtual', { clock: 'virtual' as const }, 'virtual'],
    ['one of your own', { clock: own }, 'own'],
  ])('%s', (_name, options, kind) => {
    expect(new MockClock(makeClock(options)).kind).toBe(kind);
  });

  it('begins virtual time at a fixed moment, or where it is told', () => {
    expect(makeClock({ clock: 'virtual' }).now()).toBe(virtualStart);
    expect(makeClock({ clock: 'virtual', startTime: 5 }).now()).toBe(5);
  });

  it.each([
    ['--time-scale with virtual time', { clock: 'virtual' as const, timeScale: 60 }],
    ['--time-scale with a clock of your own', { clock: own, timeScale: 60 }],
    ['--start-time with the machine’s clock', { clock: 'system' as const, startTime: 5 }],
  ])('refuses %s', (_name, options) => {
    expect(() => makeClock(options)).toThrow(expect.objectContaining({ code: 'CONFLICTING_OPTIONS' }));
  });
});

describe('the clock of a mock', () => {
  it('is moved where the clock underneath is virtual', async () => {
    const virtual = new VirtualClock(0);
    const clock = new MockClock(virtual);
    const fired: number[] = [];
    for (const at of [5, 10, 20]) clock.wakeAt(at, () => fired.push(at));
    expect(clock.nextDueAt).toBe(5);
    await clock.advance(7);
    expect([clock.now(), fired]).toEqual([7, [5]]);
    expect(await clock.next()).toBe(true);
    expect(await clock.runUntilIdle({ limit: 3 })).toBe(1);
    expect(await clock.next()).toBe(false);
    expect(clock.nextDueAt).toBeUndefined();
  });

  it.each([new SystemClock(), new ScaledClock(60), { now: () => 7, wakeAt: () => () => {} }])(
    'refuses to be moved otherwise, and says how it could be',
    (clock) => {
      const refusal = expect.objectContaining({
        code: 'CLOCK_NOT_MOVABLE',
        hint: expect.stringContaining('--clock virtual'),
      });
      expect(() => new MockClock(clock).advance(1)).toThrow(refusal);
    },
  );

  it('takes one move after the other', async () => {
    const clock = new VirtualClock(0);
    await Promise.all([clock.advance(10), clock.advance(20), clock.next()]);
    expect(clock.now()).toBe(30);
  });
});
