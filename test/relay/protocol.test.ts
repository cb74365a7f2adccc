import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Frame, UnknownFrame } from '../../src/relay/frames.ts';
import { readMessage, serialiseFrame } from '../../src/relay/protocol.ts';

const text = fc.string({ unit: 'binary' });
const number = fc.nat();
const id = fc.maxSafeInteger();
const status = fc.integer({ min: 100, max: 599 });
const reason = fc.constantFrom('connection_reset', 'unexpected_eof', 'destination_failure');
const plain = fc.string();
const headers = fc.dictionary(
  text.filter((name) => name !== '__proto__'),
  text,
  { noNullPrototype: true },
);
const maybe = <T>(name: string, value: fc.Arbitrary<T>) =>
  fc.oneof(
    fc.constant({}),
    value.map((v) => ({ [name]: v })),
  );
const claimed = fc
  .tuple(
    fc.record({
      id: text,
      events: fc.array(text),
      url: text,
      status: fc.constantFrom('active', 'suspended', 'revoked'),
      tunnels: number,
    }),
    maybe('secret', text),
  )
  .map(([must, may]) => ({ ...must, ...may }));
const claims = fc
  .tuple(fc.record({ subscriptions: fc.array(claimed) }), maybe('created', fc.record({ id: text, secret: text })))
  .map(([must, may]) => ({ ...must, ...may }));
const typed = <T extends string, F>(type: T, fields: fc.Arbitrary<F>) => fields.map((f) => ({ type, ...f }));
const excerpt = fc.record({ text, is_cut: fc.boolean() });
const delivery = fc.tuple(
  fc.record({ id, delivery_id: text, attempt: number, event_id: text, event_type: text, headers }),
  fc.oneof(text, fc.json()),
);
const deliveries = fc
  .tuple(
    fc.record({ subscription_id: text, url: text, method: fc.constant('POST'), ack_deadline_ms: number }),
    fc.array(delivery),
  )
  .map(([of, each]) => ({
    ...of,
    deliveries: each.map(([head, body]) => ({ ...head, length: body.length })),
    bodies: each.map(([, body]) => body),
  }));
const answer = fc
  .tuple(
    fc.record({ id, duration_ms: number, status, headers }),
    maybe('body', excerpt),
    maybe('body_follows', fc.constant(true)),
  )
  .map((parts) => Object.assign({}, ...parts));
const failure = fc.record({ id, duration_ms: number, error: fc.record({ reason, message: plain }) });
const judged = fc.record({
  id,
  outcome: fc.record({ kind: fc.constant('timeout'), durationMs: number }),
  verdict: fc.record({ do: fc.constant('hold') }),
});

const frames = fc.oneof(
  typed(
    'hello',
    fc.record({
      protocol: number,
      client: text,
      session: text,
      forward_to: text,
      claim: fc.oneof(
        fc.constant({ kind: 'all' }),
        fc.record({ kind: fc.constant('ids'), ids: fc.array(text) }),
        fc.record({ kind: fc.constant('url'), prefix: text }),
      ),
    }),
  ),
  typed(
    'welcome',
    fc.tuple(fc.record({ tunnel: text, run: text, ack_deadline_ms: number }), claims).map(([a, b]) => ({ ...a, ...b })),
  ),
  typed('claims', claims),
  typed('deliveries', deliveries),
  typed('probe', fc.record({ id, url: text, method: fc.constant('HEAD'), headers, ack_deadline_ms: number })),
  typed('verdicts', fc.record({ verdicts: fc.array(fc.oneof(id, judged)) })),
  typed('error', fc.record({ code: text, message: text, hint: text })),
  typed('results', fc.record({ results: fc.array(fc.oneof(answer, failure)) })),
  typed('answer_body', fc.record({ id, body: excerpt })),
  typed('probe_result', fc.record({ id, status })),
  typed('probe_result', fc.record({ id, error: text })),
  fc.constant({ type: 'leave' }),
) as fc.Arbitrary<unknown> as fc.Arbitrary<Frame>;

/** The only frame of a message. */
function parseFrame(message: string): Frame | UnknownFrame | undefined {
  const parsed = [...readMessage(message)];
  expect(parsed).toHaveLength(1);
  return parsed[0];
}

/** A frame with other fields, its bodies where they belong. */
const serialiseWith = ({ bodies = [], ...fields }: Record<string, unknown>): string =>
  `${JSON.stringify(fields)}\n${(bodies as string[]).join('')}`;

describe('a message', () => {
  it('has its frames come out as they went in, in their order', () => {
    fc.assert(
      fc.property(fc.array(frames, { minLength: 1 }), (each) => {
        expect([...readMessage(each.map(serialiseFrame).join(''))]).toEqual(each);
      }),
    );
  });

  it('that breaks off has the frames before that', () => {
    const whole = serialiseFrame({ type: 'leave' });
    expect([...readMessage(`${whole}{"type":"lea`)]).toEqual([{ type: 'leave' }, undefined]);
    const head = { id: 1, delivery_id: 'd1', attempt: 1, event_id: 'e', event_type: 't', headers: {}, length: 7 };
    const of = { type: 'deliveries', subscription_id: 's', url: 'u', method: 'POST', ack_deadline_ms: 1 };
    const short = serialiseWith({ ...of, deliveries: [head], bodies: ['{"a":1'] });
    expect([...readMessage(whole + short)]).toEqual([{ type: 'leave' }, undefined]);
  });

  it('with a frame that is none has those behind it, unless bodies may stand in between', () => {
    const leave = serialiseFrame({ type: 'leave' });
    expect([...readMessage(`{"type":"probe_result","id":1}\n${leave}`)]).toEqual([undefined, { type: 'leave' }]);
    expect([...readMessage(`{"type":"deliveries"}\n${leave}`)]).toEqual([undefined]);
    expect([...readMessage(`{"no":"type"}\n${leave}`)]).toEqual([undefined]);
  });
});

describe('a frame', () => {
  it('comes out as it went in', () => {
    fc.assert(
      fc.property(frames, (frame) => {
        expect(parseFrame(serialiseFrame(frame))).toEqual(frame);
      }),
    );
  });

  it('keeps fields that nobody knows', () => {
    fc.assert(
      fc.property(frames, fc.jsonValue(), (frame, novelty) => {
        const wider = JSON.parse(JSON.stringify({ ...frame, novelty }));
        expect(parseFrame(serialiseWith(wider))).toEqual(wider);
      }),
    );
  });

  it('of an unknown type is kept as it came', () => {
    const raw = { type: 'novelty', x: [1] };
    expect(parseFrame(JSON.stringify(raw))).toEqual({ type: 'unknown', raw });
    expect(parseFrame('{"type":"toString"}')).toMatchObject({ type: 'unknown' });
  });

  it('without one of its fields is none', () => {
    fc.assert(
      fc.property(frames, fc.nat(), (frame, n) => {
        const optional = ['type', 'created', 'bodies'];
        const names = Object.keys(frame).filter((name) => !optional.includes(name));
        const name = names[n % names.length];
        if (name === undefined) return;
        const { [name as keyof Frame]: _gone, ...rest } = frame;
        expect(parseFrame(serialiseWith(rest))).toBeUndefined();
      }),
    );
  });

  const result = (fields: object) =>
    JSON.stringify({ type: 'results', results: [{ id: 1, duration_ms: 1, ...fields }] });

  it.each([
    { status: 99, headers: {} },
    { status: 600, headers: {} },
    { status: 200.5, headers: {} },
    { status: '200', headers: {} },
    { status: 200, headers: {}, duration_ms: -1 },
    { status: 200, headers: {}, duration_ms: null },
    { error: { reason: 'unexpected_eof', message: 'm' }, duration_ms: -1 },
    { status: 200, headers: {}, error: null },
    null,
  ])('that tells of a result like %j tells of the others all the same', (fields) => {
    const good = { id: 2, duration_ms: 1, status: 200, headers: {} };
    const bad = fields && { id: 1, duration_ms: 1, ...fields };
    const told = { type: 'results', results: [bad, good, bad] };
    expect([...readMessage(JSON.stringify(told))]).toEqual([{ type: 'results', results: [good] }, undefined]);
  });

  it('that tells of a probe as both answered and failed is none', () => {
    expect(parseFrame('{"type":"probe_result","id":1,"status":200,"error":null}')).toBeUndefined();
  });

  it('with a reason that the platform does not have tells of the one for everything else, and can be shown', () => {
    const error = { reason: 'bad_weather', message: 'a\u001b[2Jb\u0007\n\u202e' };
    expect(parseFrame(result({ error }))).toMatchObject({
      results: [{ error: { reason: 'destination_failure', message: 'a\\u001b[2Jb\\u0007\\u000a\\u202e' } }],
    });
    const long = parseFrame(result({ error: { reason: 'connection_reset', message: 'x'.repeat(10_000) } }));
    expect(JSON.stringify(long).length).toBeLessThan(1_000);
  });

  it('is never an exception, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.oneof(text, fc.json(), fc.constantFrom('', 'null', '[]', '{"type":1}', '{"type":"hello"}')),
        (any) => {
          for (const frame of readMessage(any)) expect(typeof (frame?.type ?? '')).toBe('string');
        },
      ),
    );
  });
});
