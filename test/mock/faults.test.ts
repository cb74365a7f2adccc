import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { FaultInput } from '../../src/index.ts';
import { staleSecretOf } from '../../src/runtime/fault-injection.ts';
import type { JournalEntry } from '../../src/runtime/journal.ts';
import { type Received, startHandler } from '../runtime/handler.ts';
import { Integration, start } from './integration.ts';

const secondary = 'the-secondary-secret';
const minute = 60_000;

/** A mock in virtual time with a handler that says 200, subscribed with two secrets. */
async function startFaulty(faults: FaultInput[], secure = false) {
  const handler = await startHandler(undefined, { secure });
  const mock = await start({
    allowHttp: true,
    insecure: true,
    clock: 'virtual',
    policy: { probe: 'none', rateMax: null },
    faults,
  });
  const shop = await Integration.connect(mock);
  const { id } = await shop.subscribe(handler.url, {
    config: { url: handler.url, secret: { primary: 'a-secret-of-the-integration', secondary } },
  });
  const finished = () =>
    [...mock.journal.entries()].filter(
      (entry): entry is Extract<JournalEntry, { type: 'attempt.finished' }> => entry.type === 'attempt.finished',
    );
  const publish = async () => {
    await mock.generate({ types: ['product.updated'], count: 1 });
    await mock.drain();
  };
  return { mock, shop, handler, id, finished, publish };
}

const hmac = (body: Buffer, secret: string): string => createHmac('sha256', secret).update(body).digest('hex');
const signatures = ({ headers }: Received) => [
  headers['x-akeneo-signature-primary'],
  headers['x-akeneo-signature-secondary'],
];
const genuine = ({ body }: Received) => [hmac(body, 'a-secret-of-the-integration'), hmac(body, secondary)];

describe('a failure that is injected', () => {
  it.each<[string, FaultInput, object, number]>([
    ['a status without the handler', { status: 503 }, { kind: 'answered', status: 503 }, 0],
    ['a status in place of its answer', { status: 500, reached: true }, { kind: 'answered', status: 500 }, 1],
    ['a timeout without the handler', { timeout: true }, { kind: 'timeout', durationMs: 3000 }, 0],
    ['a timeout after its work', { timeout: true, reached: true }, { kind: 'timeout', durationMs: 3000 }, 1],
    ['a reset without the handler', { reset: true }, { kind: 'transportError', reason: 'connection_reset' }, 0],
    [
      'a reset after its work',
      { reset: true, reached: true },
      { kind: 'transportError', reason: 'connection_reset' },
      1,
    ],
  ])('as %s is retried like a real one', async (_name, fault, outcome, reached) => {
    const { mock, handler, finished, publish } = await startFaulty([{ ...fault, first: 1 }]);
    await publish();
    expect(handler.received).toHaveLength(reached);
    expect(finished()).toMatchObject([{ outcome, verdict: { do: 'retry', attempt: 1 } }]);
    await mock.clock.advance(5 * minute);
    expect(handler.received).toHaveLength(reached + 1);
    expect(finished()[1]).toMatchObject({ outcome: { status: 200 }, verdict: { do: 'deliver' } });
  });

  it('stands in the journal with the attempt', async () => {
    const { mock, publish } = await startFaulty([{ name: 'mine', status: 503, first: 1 }]);
    await publish();
    const started = [...mock.journal.entries()].find((entry) => entry.type === 'attempt.started');
    expect(started).toMatchObject({ fault: { rule: 'mine', kind: 'status', status: 503, reached: false } });
  });

  it('as a delay starts the attempt later on the clock of the mock', async () => {
    const { mock, handler, finished, publish } = await startFaulty([{ delay: '2s', first: 1 }]);
    const at = mock.clock.now();
    await publish();
    expect(handler.received).toHaveLength(0);
    await mock.clock.advance(2_000);
    expect(handler.received).toHaveLength(1);
    expect(finished()).toMatchObject([{ at: at + 2_000, verdict: { do: 'deliver' } }]);
  });
});

describe('a request that is spoilt', () => {
  it.each([false, true])('has both signatures wrong under corruptSignature (over TLS: %s)', async (secure) => {
    const { handler, publish } = await startFaulty([{ corruptSignature: true, first: 1 }], secure);
    await publish();
    await publish();
    const [spoilt, good] = handler.received as [Received, Received];
    expect(signatures(good)).toEqual(genuine(good));
    for (const [i, signature] of signatures(spoilt).entries()) {
      expect(signature).toMatch(/^[0-9a-f]{64}$/);
      expect(signature).not.toBe(genuine(spoilt)[i]);
    }
  });

  it('has no signature under missingSignature, and its other headers', async () => {
    const { handler, publish } = await startFaulty([{ missingSignature: true }]);
    await publish();
    const names = Object.keys(handler.received[0]?.headers ?? {});
    expect(names.filter((name) => name.startsWith('x-akeneo'))).toEqual([]);
    expect(names).toContain('x-correlation-id');
  });

  it('is signed with secrets of the past under staleSecret', async () => {
    const { handler, publish } = await startFaulty([{ staleSecret: true }]);
    await publish();
    const [request] = handler.received as [Received];
    expect(signatures(request)).toEqual([
      hmac(request.body, staleSecretOf('a-secret-of-the-integration')),
      hmac(request.body, staleSecretOf(secondary)),
    ]);
  });

  it('is a big event that is signed as it should be under oversizedBody', async () => {
    const { handler, id, publish } = await startFaulty([{ oversizedBody: 100_000 }]);
    await publish();
    const [request] = handler.received as [Received];
    expect(request.body).toHaveLength(100_000);
    expect(signatures(request)).toEqual(genuine(request));
    expect(JSON.parse(request.body.toString())).toMatchObject({
      specversion: '1.0',
      subject: id,
      padding: expect.stringMatching(/^x+$/),
    });
  });

  it('stays as it is when it is bigger already', async () => {
    const { handler, publish } = await startFaulty([{ oversizedBody: 10 }]);
    await publish();
    const [request] = handler.received as [Received];
    expect(JSON.parse(request.body.toString())).not.toHaveProperty('padding');
    expect(signatures(request)).toEqual(genuine(request));
  });
});

describe('the rules of a running mock', () => {
  it('are added behind those in force, listed with their counts, replaced, cleared, and restored by a reset', async () => {
    const { mock, publish } = await startFaulty([{ status: 503, first: 1 }]);
    await publish();
    const [added] = mock.faults.add('timeout every=2', { duplicate: '1s', first: 1 });
    expect(added).toMatchObject({
      name: 'timeout',
      matched: 0,
      fired: 0,
      explain: expect.stringMatching(/^every 2nd/),
    });
    await publish();
    expect(mock.faults.list().map(({ name, matched, fired }) => [name, matched, fired])).toEqual([
      ['status-503', 2, 1],
      ['timeout', 1, 0],
      ['duplicate', 1, 1],
    ]);
    expect(() => mock.faults.add('reset first=1', 'status=503 first=0')).toThrow(/first: 0/);
    expect(mock.faults.list()).toHaveLength(3);
    expect(mock.faults.replace('reset first=1').map(({ name }) => name)).toEqual(['reset']);
    mock.faults.clear();
    expect(mock.faults.list()).toEqual([]);
    mock.reset();
    expect(mock.faults.list()).toMatchObject([{ name: 'status-503', matched: 0 }]);
  });

  it('are changed over the control API', async () => {
    const { mock } = await startFaulty([]);
    const call = async (method: string, body?: unknown) => {
      const response = await fetch(`${mock.url}/_mock/faults`, {
        method,
        ...(body !== undefined && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };
    expect(await call('POST', { status: 503, first: 2, type: 'product.updated' })).toMatchObject({
      status: 201,
      body: {
        items: [
          {
            name: 'status-503',
            explain: 'the first 2 attempts of product.updated answer 503 without reaching the handler',
            matched: 0,
            fired: 0,
          },
        ],
      },
    });
    expect(await call('POST', ['reset first=1', { timeout: true, first: 1 }])).toMatchObject({
      body: { items: [{ name: 'reset' }, { name: 'timeout' }] },
    });
    expect((await call('GET')).body.items).toHaveLength(3);
    expect(await call('PUT', 'reset')).toMatchObject({ status: 200, body: { items: [{ name: 'reset' }] } });
    expect(await call('POST', 'timeout')).toMatchObject({
      status: 400,
      body: { errors: [{ code: 'FAULT_NEVER_FIRES', message: expect.stringContaining('"reset" comes first') }] },
    });
    expect(await call('POST', 7)).toMatchObject({ status: 400, body: { errors: [{ code: 'FAULT_RULE' }] } });
    expect(await call('DELETE')).toEqual({ status: 200, body: { items: [] } });
  });
});

describe('a fault on the side of the platform', () => {
  it('makes the management API answer a status, in its own form, and touches nothing', async () => {
    const { mock, shop } = await startFaulty([]);
    mock.faults.add({ name: 'down', apiStatus: true, method: 'POST', first: 1 });
    const subscriber = { name: 'other', contact: { technical_email: 'dev@example.com' } };
    expect(await shop.call('POST', '/subscribers', subscriber)).toEqual({
      status: 503,
      body: { errors: [{ message: 'the platform answers 503: injected by the fault "down"' }] },
    });
    expect((await shop.call<unknown[]>('GET', '/subscribers')).body).toHaveLength(1);
    expect((await shop.call('POST', '/subscribers', subscriber)).status).toBe(201);
  });

  it('makes it slow', async () => {
    const { mock, shop } = await startFaulty([]);
    mock.faults.add('apiDelay=1ms', 'apiStatus=500 path=/api/v1/subscribers every=2');
    expect((await shop.call('GET', '/subscribers')).status).toBe(200);
    expect((await shop.call('GET', '/subscribers')).status).toBe(500);
    expect(mock.faults.list().map(({ fired }) => fired)).toEqual([2, 1]);
  });
});
