import { expect, it } from 'vitest';
import { sealEvent } from '../../src/core/envelope.ts';
import { redacted } from '../../src/core/redacted.ts';
import type { InFlightDelivery } from '../../src/core/types.ts';
import { BodyExcerpt, excerptBytes } from '../../src/runtime/body-excerpt.ts';
import type { DeliveryRequest } from '../../src/runtime/destinations/port.ts';
import { WireLog } from '../../src/runtime/wire-log.ts';
import { cloudEvent, subscription } from '../core/world.ts';

const event = sealEvent(cloudEvent('e1'), 0, 'correlation');

const delivery = (n: number, attempt = 1): InFlightDelivery => ({
  state: 'inFlight',
  id: `d${n}`,
  order: n,
  subscriptionId: 'sub',
  event,
  identified: false,
  attempt,
  epoch: 1,
  destination: 'https://localhost/sub',
});

const request = (body = 'x'.repeat(10)): DeliveryRequest => ({
  deliveryId: 'd1',
  attempt: 1,
  subscription: subscription('sub'),
  eventId: 'e1',
  eventType: event.type,
  body,
  headers: { 'Content-Type': 'application/json', 'X-Api-Version': 'mine' },
  ackDeadlineMs: 1_000,
});

const kept = (log: WireLog, most: number): number[] =>
  Array.from({ length: most }, (_, n) => n + 1).filter((n) => log.of(`d${n}`).length > 0);

it('keeps the latest attempts, and those of one delivery in their order', () => {
  const log = new WireLog({ attempts: 3, characters: 1_000 });
  for (let n = 1; n <= 10; n++) log.sent(delivery(n), request(), false);
  expect(kept(log, 10)).toEqual([8, 9, 10]);
  log.sent(delivery(8, 2), request(), false);
  expect(log.of('d8').map(({ attempt }) => attempt)).toEqual([2]);
  log.sent(delivery(8, 3), request(), false);
  expect(log.of('d8').map(({ attempt }) => attempt)).toEqual([2, 3]);
});

it('keeps no more characters than it may, and the last one in any case', () => {
  const log = new WireLog({ attempts: 100, characters: 35 });
  for (let n = 1; n <= 10; n++) log.sent(delivery(n), request(), false);
  expect(kept(log, 10)).toEqual([8, 9, 10]);
  log.sent(delivery(11), request('x'.repeat(100)), false);
  expect(kept(log, 11)).toEqual([11]);
  for (let n = 12; n <= 14; n++) log.sent(delivery(n), request(), false);
  expect(kept(log, 14)).toEqual([12, 13, 14]);
});

it('forgets everything when it is cleared', () => {
  const log = new WireLog({ attempts: 3, characters: 20 });
  for (let n = 1; n <= 5; n++) log.sent(delivery(n), request(), false);
  log.clear();
  expect(kept(log, 5)).toEqual([]);
  for (let n = 6; n <= 7; n++) log.sent(delivery(n), request(), false);
  expect(kept(log, 7)).toEqual([6, 7]);
});

it('has no entry for what was never sent', () => {
  const log = new WireLog();
  log.sent(delivery(1), request(), false).finished({ kind: 'held' });
  log.sent(delivery(2), request(), false).finished({ kind: 'refused', reason: 'host_not_allowed', message: 'no' });
  log.sent(delivery(3), request(), false).finished({ kind: 'timeout', durationMs: 1_000 });
  expect(kept(log, 3)).toEqual([3]);
});

it('gives the body that the event has, or the one that a fault has made of it', () => {
  const log = new WireLog();
  log.sent(delivery(1), request(), false);
  log.sent(delivery(1, 2), request('altered'), true);
  const [own, altered] = log.of('d1').map(({ body }) => body);
  expect(own).toBe(event.text.replace('"subject":""', '"subject":"sub"'));
  expect(altered).toBe('altered');
});

it('shows the values of the platform’s own headers, and those of an answer that are no secret by their names', () => {
  const exchange = new WireLog().sent(delivery(1), request(), false);
  exchange.answered({ status: 200, headers: { 'set-cookie': ['a=1', 'b=2'], vary: ['a', 'b'], server: 'mine' } });
  expect(exchange.headers).toEqual({ 'Content-Type': 'application/json', 'X-Api-Version': redacted });
  expect(exchange.answer?.headers).toEqual({ 'set-cookie': redacted, vary: 'a, b', server: 'mine' });
});

it('takes the time of an answer from whoever has measured it', () => {
  const exchange = new WireLog().sent(delivery(1), request(), false);
  expect(exchange.tookMs).toBeUndefined();
  exchange.answered({ status: 200, headers: {}, durationMs: 12.3 });
  expect(exchange.tookMs).toBe(12.3);
});

it('an excerpt ends with a whole character, says whether there was more, and keeps no buffer of others', () => {
  const whole = new BodyExcerpt();
  const part = Buffer.from('{"a":"é"}');
  whole.add(part.subarray(0, 7));
  whole.add(part.subarray(7));
  part.fill(0);
  expect({ text: whole.text.slice(0, 6), isCut: whole.isCut }).toEqual({ text: '{"a":"', isCut: false });
  expect(whole.text).toBe('{"a":"é"}');

  const exact = new BodyExcerpt();
  exact.add(Buffer.alloc(excerptBytes, 'x'));
  expect(exact.isCut).toBe(false);
  exact.add(Buffer.from('y'));
  expect({ length: exact.text.length, isCut: exact.isCut }).toEqual({ length: excerptBytes, isCut: true });

  const cut = new BodyExcerpt();
  cut.add(Buffer.from(`${'x'.repeat(excerptBytes - 1)}é`));
  expect({ text: cut.text, isCut: cut.isCut }).toEqual({ text: 'x'.repeat(excerptBytes - 1), isCut: true });
});

it('an excerpt of thousands of tiny parts is the same as of one', () => {
  const excerpt = new BodyExcerpt();
  for (let n = 0; n <= excerptBytes; n++) excerpt.add(Buffer.from(String(n % 10)));
  expect(excerpt.text).toBe('0123456789'.repeat(410).slice(0, excerptBytes));
  expect(excerpt.isCut).toBe(true);
});
