import { describe, expect, it } from 'vitest';
import { createTestClient, httpsBody, kafkaBody, messagesOf, otherConnection, pubsubBody } from './test-app.ts';

const redacted = '***redacted***';

/** What only a subscription that has not ended takes. */
const changesOf = (one: string) =>
  [
    ['POST', `${one}/suspend`, 'suspended'],
    ['POST', `${one}/resume`, 'resumed'],
    ['PATCH', one, 'updated'],
  ] as const;

describe('creating a subscription', () => {
  it('answers 201 with the fields of a real answer, in their order, and the secret in clear', async () => {
    const { create, subscriber } = await createTestClient();
    const { status, body } = await create();
    expect(status).toBe(201);
    expect(Object.entries(body)).toEqual([
      ['id', expect.stringMatching(/-7/)],
      ['config', httpsBody.config],
      ['events', httpsBody.events],
      ['type', 'https'],
      ['source', 'pim'],
      ['subject', 'https://pim.example.com'],
      ['status', 'active'],
      ['subscriber_id', subscriber.id],
      ['created_at', '2024-09-17T08:12:21.123000Z'],
      ['updated_at', '2024-09-17T08:12:21.123000Z'],
      ['send_product_identifier', false],
    ]);
  });

  it('keeps what is optional, and names an event type once', async () => {
    const { create } = await createTestClient();
    const { body } = await create({
      source: 'benchmark',
      events: ['com.akeneo.benchmark.v1.test', 'com.akeneo.benchmark.v1.test'],
      send_product_identifier: true,
      options: { some: 'thing' },
      filter: '',
      subject: 'https://pim.example.com/',
    });
    expect(body).toMatchObject({ source: 'benchmark', send_product_identifier: true, options: { some: 'thing' } });
    expect(body.events).toEqual(['com.akeneo.benchmark.v1.test']);
    expect(body).not.toHaveProperty('filter');
  });

  it('takes Pub/Sub and Kafka destinations', async () => {
    const { create } = await createTestClient();
    for (const body of [pubsubBody, kafkaBody]) {
      const created = await create(body);
      expect(created.status).toBe(201);
      expect(created.body).toMatchObject({ type: body.type, config: body.config });
    }
  });

  it('asks an https destination with HEAD in profile 2024-09 only (R10)', async () => {
    const old = await createTestClient();
    await old.create();
    await old.create(pubsubBody);
    expect(old.probe.asked).toEqual(['https://hooks.example.com/aep']);
    const current = await createTestClient({ profile: '2026-09' });
    expect((await current.create()).status).toBe(201);
    expect(current.probe.asked).toEqual([]);
  });

  it.each([
    [
      { kind: 'answered', status: 405 } as const,
      /was answered with status 405, and 200 is required.*--profile 2026-09/,
    ],
    [{ kind: 'answered', status: 204 } as const, /was answered with status 204/],
    [{ kind: 'failed', message: 'connection refused' } as const, /failed \(connection refused\).*--profile 2026-09/],
    [
      { kind: 'failed', message: 'EPROTO 40\nssl3_get_record:wrong version\n' } as const,
      /failed \(EPROTO 40\), and 200 is required/,
    ],
    [
      { kind: 'failed', reason: 'invalid_tls_handshake', message: 'EPROTO 40\nssl3_get_record\n' } as const,
      /failed \(invalid tls handshake\); the handler does not speak TLS: use http:\/\/ with --allow-http, or relay/,
    ],
    [
      { kind: 'failed', reason: 'invalid_certificate', message: 'self signed' } as const,
      /failed \(invalid certificate\); .*--ca FILE.* or with --insecure$/,
    ],
    [
      { kind: 'failed', reason: 'connection_refused', message: 'connect ECONNREFUSED' } as const,
      /failed \(connection refused\); nothing listens there: is the handler running\?/,
    ],
    [
      { kind: 'refused', message: 'not here', hint: 'use --allow-host x' } as const,
      /^config.url: not here; use --allow-host x$/,
    ],
  ])('refuses a destination whose probe came to %j', async (answer, message) => {
    const { create, probe, state } = await createTestClient();
    probe.answer = answer;
    const { status, body } = await create();
    expect(status).toBe(400);
    expect(messagesOf(body)).toEqual([expect.stringMatching(message)]);
    expect(state.subscriptions.size).toBe(0);
  });

  it('refuses the 21st of a subscriber with 409 (R14)', async () => {
    const { create } = await createTestClient();
    for (let n = 0; n < 20; n++) expect((await create()).status).toBe(201);
    const { status, body } = await create();
    expect(status).toBe(409);
    expect(messagesOf(body)[0]).toMatch(/^this subscriber already has 20 subscriptions/);
  });

  it('answers 404 when there is no such subscriber', async () => {
    const { call } = await createTestClient();
    expect((await call('POST', '/subscribers/nobody/subscriptions', httpsBody)).status).toBe(404);
  });
});

describe('what later answers show', () => {
  it('redacts secrets and header values, and keeps names', async () => {
    const { create, call, path } = await createTestClient();
    const secret = { primary: 'primary-secret-0123', secondary: 'secondary-secret-0123' };
    const headers = { 'X-Tenant': 'blue' };
    const created = await create({ config: { ...httpsBody.config, secret, headers } });
    expect(created.body.config).toEqual({ ...httpsBody.config, secret, headers: { 'X-Tenant': redacted } });

    const one = `${path}/${created.body.id}`;
    const shown = {
      url: httpsBody.config.url,
      secret: { primary: redacted, secondary: redacted },
      headers: { 'X-Tenant': redacted },
    };
    expect((await call('GET', path)).body[0].config).toEqual(shown);
    expect((await call('PATCH', one, {})).body.config).toEqual(shown);
    for (const [method, operation] of [
      ['GET', one],
      ['POST', `${one}/suspend`],
      ['POST', `${one}/resume`],
      ['DELETE', one],
    ] as const) {
      expect((await call(method, operation)).body.config).toEqual(shown);
    }
  });

  it('redacts the password and the private key of Kafka', async () => {
    const { create, call, path } = await createTestClient();
    const { id } = (await create(kafkaBody)).body;
    const { config } = (await call('GET', `${path}/${id}`)).body;
    expect(config.sasl_auth).toEqual({ ...kafkaBody.config.sasl_auth, password: redacted });
    expect(config.tls).toEqual({ ...kafkaBody.config.tls, client_key_pem: redacted });
  });
});

describe('the life of a subscription', () => {
  it('is suspended, resumed and deleted', async () => {
    const { create, call, path, time } = await createTestClient();
    const { id } = (await create()).body;
    const one = `${path}/${id}`;
    for (const [operation, status] of [
      ['suspend', 'suspended'],
      ['suspend', 'suspended'],
      ['resume', 'active'],
      ['resume', 'active'],
    ]) {
      time.now += 1_000;
      const answer = await call('POST', `${one}/${operation}`);
      expect(answer.status).toBe(202);
      expect(answer.body).toMatchObject({ id, status });
      expect((await call('GET', one)).body).toEqual(answer.body);
    }
    const deleted = await call('DELETE', one);
    expect(deleted).toMatchObject({ status: 200, body: { id, status: 'deleted' } });
    expect((await call('GET', path)).body).toEqual([]);
    for (const method of ['GET', 'DELETE']) {
      const gone = await call(method, one);
      expect(gone.status).toBe(404);
      expect(messagesOf(gone.body)[0]).toContain(`subscription "${id}" not found`);
    }
    for (const [method, operation, what] of changesOf(one)) {
      const refused = await call(method, operation, method === 'PATCH' ? {} : undefined);
      expect(refused.status).toBe(409);
      expect(messagesOf(refused.body)[0]).toMatch(`subscription ${id} is deleted: it cannot be ${what}`);
    }
  });

  it('leaves nothing that other subscribers and clients could see', async () => {
    const { create, call, path, as, createSubscriber } = await createTestClient();
    const { id } = (await create()).body;
    await call('DELETE', `${path}/${id}`);
    const another = await createSubscriber();
    const stranger = await as(otherConnection);
    for (const [method, operation] of changesOf(`/subscribers/${another.id}/subscriptions/${id}`))
      expect((await call(method, operation, {})).status).toBe(404);
    for (const [method, operation] of changesOf(`${path}/${id}`))
      expect((await stranger.call(method, operation, {})).status).toBe(404);
  });

  it('ends with a revocation: it stays readable, and only a deletion is still possible', async () => {
    const { create, call, path, ctx } = await createTestClient();
    const { id } = (await create()).body;
    const one = `${path}/${id}`;
    ctx.dispatch({ type: 'revoke', subscriptionId: id, by: 'system', reason: 'not_found' });
    expect((await call('GET', path)).body).toMatchObject([{ id, status: 'revoked' }]);
    for (const [method, operation, what] of changesOf(one)) {
      const refused = await call(method, operation, method === 'PATCH' ? {} : undefined);
      expect(refused.status).toBe(409);
      expect(messagesOf(refused.body)[0]).toMatch(`subscription ${id} is revoked: it cannot be ${what}`);
    }
    expect((await call('DELETE', one)).body).toMatchObject({ status: 'deleted' });
  });

  it('is found under its own subscriber only', async () => {
    const { create, call, createSubscriber } = await createTestClient();
    const { id } = (await create()).body;
    const other = await createSubscriber();
    expect((await call('GET', `/subscribers/${other.id}/subscriptions/${id}`)).status).toBe(404);
    expect((await call('GET', `/subscribers/${other.id}/subscriptions`)).body).toEqual([]);
  });
});
