import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Policy } from '../../src/core/profile.ts';
import { nextDueAt } from '../../src/core/timers.ts';
import { answered, World } from './world.ts';

const rated = { rateMax: 100 };

/** Times at which attempts leave when everything is answered at once in the same way. */
function sendTimes(world: World, status: (n: number) => number, until: number): number[] {
  const times: number[] = [];
  while (world.now <= until) {
    while (world.inFlight.length > 0) {
      times.push(world.now);
      world.answer(answered(status(times.length)));
    }
    const dueAt = nextDueAt(world.state);
    if (dueAt === undefined) break;
    world.advance(dueAt - world.now);
  }
  return times;
}

function worldWith(events: number, policy: Partial<Policy> = rated): World {
  const world = new World(policy);
  world.now = 1_000_000;
  world.subscribe('sub');
  for (let n = 0; n < events; n++) world.publish(`e${n}`);
  return world;
}

const inWindow = (times: number[], from: number): number => times.filter((t) => t >= from && t < from + 1_000).length;

describe('the rate of a lane', () => {
  it('starts at 50 events a second, evenly spaced', () => {
    const times = sendTimes(worldWith(20), () => 200, 2_000_000);
    expect(times.map((t) => t - 1_000_000).slice(0, 4)).toEqual([0, 20, 40, 60]);
  });

  it('gains one event a second with each second of acknowledged deliveries, up to 100', () => {
    const world = worldWith(10_000);
    const times = sendTimes(world, () => 200, 2_000_000);
    expect(inWindow(times, 1_000_000)).toBe(50);
    expect(inWindow(times, 1_010_000)).toBe(60);
    expect(world.state.lanes.get('sub')?.rate.perSecond).toBe(100);
  });

  it('halves at a 429, at most once a second, down to one a second', () => {
    const world = worldWith(200, { ...rated, retryDelaysMs: [], windowLeastRequests: 1_000 });
    const times = sendTimes(world, () => 429, 1_060_000);
    expect(times.slice(0, 4).map((t) => t - 1_000_000)).toEqual([0, 20, 60, 100]);
    expect(inWindow(times, 1_002_000)).toBeLessThanOrEqual(13);
    expect(world.state.lanes.get('sub')?.rate.perSecond).toBe(1);
  });

  it('is no limit when rateMax is null, nor for brokers', () => {
    const unlimited = worldWith(50, { rateMax: null, concurrency: 50 });
    expect(unlimited.inFlight).toHaveLength(50);
    const broker = new World({ ...rated, concurrency: 50 });
    broker.subscribe('sub', { config: { type: 'pubsub', projectId: 'p', topicId: 'topic' } });
    for (let n = 0; n < 50; n++) broker.publish(`e${n}`);
    expect(broker.inFlight).toHaveLength(50);
  });

  it('begins anew with a resume', () => {
    const world = worldWith(1, { ...rated, retryDelaysMs: [] });
    world.answer(answered(429));
    expect(world.state.lanes.get('sub')?.rate.perSecond).toBe(25);
    world.give({ type: 'suspend', subscriptionId: 'sub', by: 'user', reason: 'requested' });
    world.give({ type: 'resume', subscriptionId: 'sub', by: 'user' });
    expect(world.state.lanes.get('sub')?.rate.perSecond).toBe(50);
  });

  it('is never exceeded: no second has more sends than the rate was at its end, plus the one that was due', () => {
    const story = fc.array(
      fc.record({
        wait: fc.integer({ min: 0, max: 400 }),
        publish: fc.integer({ min: 0, max: 30 }),
        status: fc.constantFrom(200, 200, 200, 429, 503),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(story, (steps) => {
        const world = worldWith(0, { ...rated, windowLeastRequests: 1_000_000 });
        const sent: { at: number; rate: number }[] = [];
        let event = 0;
        const settle = (status: number): void => {
          while (world.inFlight.length > 0) {
            world.answer(answered(status));
            sent.push({ at: world.now, rate: world.state.lanes.get('sub')?.rate.perSecond ?? 0 });
          }
        };
        for (const { wait, publish, status } of steps) {
          for (let n = 0; n < publish; n++) world.publish(`e${event++}`);
          settle(status);
          const until = world.now + wait;
          for (let due = nextDueAt(world.state); due !== undefined && due <= until; due = nextDueAt(world.state)) {
            world.advance(due - world.now);
            settle(status);
          }
          world.advance(until - world.now);
          settle(status);
        }
        sent.forEach(({ at }, n) => {
          const second = sent.slice(n).filter((other) => other.at < at + 1_000);
          const highest = Math.max(...second.map(({ rate }) => rate), sent[n - 1]?.rate ?? 50);
          expect(second.length).toBeLessThanOrEqual(Math.ceil(highest) + 1);
        });
      }),
      { numRuns: 200 },
    );
  });
});
