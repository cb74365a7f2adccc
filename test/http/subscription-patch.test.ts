import { describe, expect, it } from 'vitest';
import type { DestinationConfig } from '../../src/core/types.ts';
import { createTestClient, httpsBody, kafkaBody, messagesOf, type TestOptions } from './test-app.ts';

const redacted = '***redacted***';
const primary = 'primary-secret-0123';
const secondary = 'secondary-secret-0123';
const config = { ...httpsBody.config, secret: { primary, secondary }, headers: { 'X-A': 'a', 'X-B': 'b' } };

async function createSubscription(body: object = { config }, options: TestOptions = {}) {
  const client = await createTestClient(options);
  const created = (await client.create(body)).body;
  const one = `${client.path}/${created.id}`;
  client.probe.asked.length = 0;
  return {
    ...client,
    created,
    patch: (change: unknown) => client.call('PATCH', one, change),
    read: async () => (await client.call('GET', one)).body,
    stored: (): DestinationConfig | undefined => client.state.subscriptions.get(created.id)?.config,
  };
}

describe('changing a subscription', () => {
  it('changes what a partial body names and keeps the rest', async () => {
    const { patch, read, time, stored } = await createSubscription();
    const before = await read();
    time.now += 1_000;
    const events = ['com.akeneo.pim.v1.product.deleted'];
    const { status, body } = await patch({ events, send_product_identifier: true });
    expect(status).toBe(200);
    expect(body).toEqual({
      ...before,
      events,
      send_product_identifier: true,
      updated_at: '2024-09-17T08:12:22.123000Z',
    });
    expect(stored()).toEqual({ type: 'https', ...config });
  });

  it('takes back the full body that a read answered, and keeps what is redacted in it', async () => {
    const { patch, read, stored } = await createSubscription();
    const before = await read();
    const { status, body } = await patch({ ...before, id: 'ignored', status: 'revoked', created_at: 'ignored' });
    expect(status).toBe(200);
    expect(body).toEqual(before);
    expect(stored()).toEqual({ type: 'https', ...config });
  });

  it('keeps the secrets when only the URL is sent', async () => {
    const { patch, stored } = await createSubscription();
    await patch({ config: { url: 'https://new.example.com' } });
    expect(stored()).toEqual({ type: 'https', ...config, url: 'https://new.example.com' });
  });

  it.each([
    [
      'adds or changes the secondary secret alone',
      { secondary: 'another-secret-0123' },
      { primary, secondary: 'another-secret-0123' },
    ],
    ['retires the secondary secret with a new primary one', { primary: secondary }, { primary: secondary }],
    ['keeps a secret that is sent back redacted', { primary: redacted, secondary: redacted }, { primary, secondary }],
  ])('%s', async (_name, secret, expected) => {
    const { patch, stored } = await createSubscription();
    expect((await patch({ config: { secret } })).status).toBe(200);
    expect(stored()).toMatchObject({ secret: expected });
  });

  it('replaces the headers as a whole and keeps the values that are sent back redacted', async () => {
    const { patch, stored } = await createSubscription();
    await patch({ config: { headers: { 'X-A': redacted, 'X-C': 'c' } } });
    expect(stored()).toEqual({ type: 'https', ...config, headers: { 'X-A': 'a', 'X-C': 'c' } });
  });

  it.each([null, '', ' '])('sets a filter, keeps it, and removes it with %j', async (none) => {
    const { patch, read } = await createSubscription();
    const filter = 'user_type = "api"  and not attribute in ["price"]';
    expect((await patch({ filter })).body).toMatchObject({ filter });
    await patch({ send_product_identifier: true });
    expect(await read()).toMatchObject({ filter, send_product_identifier: true });
    expect((await patch({ filter: none })).body).not.toHaveProperty('filter');
    expect(await read()).not.toHaveProperty('filter');
  });

  it('merges the parts of a Kafka destination', async () => {
    const { patch, stored } = await createSubscription(kafkaBody);
    const change = {
      topic: 'new',
      sasl_auth: { mechanism: 'plain', password: redacted },
      tls: { server_name: 'other' },
    };
    expect((await patch({ config: change })).status).toBe(200);
    expect(stored()).toMatchObject({
      topic: 'new',
      broker: kafkaBody.config.broker,
      saslAuth: { mechanism: 'plain', username: 'user', password: 'kafka-password' },
      tls: { serverName: 'other', clientKeyPem: 'KEY' },
    });
  });

  it('asks a changed URL again where the profile asks, and only then', async () => {
    const { patch, probe, stored } = await createSubscription();
    await patch({ events: httpsBody.events, config: { url: config.url } });
    expect(probe.asked).toEqual([]);
    probe.answer = { kind: 'answered', status: 404 };
    const refused = await patch({ config: { url: 'https://new.example.com/' } });
    expect(refused.status).toBe(400);
    expect(probe.asked).toEqual(['https://new.example.com/']);
    expect(stored()).toMatchObject({ url: config.url });
    const current = await createSubscription({ config }, { profile: '2026-09' });
    expect((await current.patch({ config: { url: 'https://new.example.com/' } })).status).toBe(200);
    expect(current.probe.asked).toEqual([]);
  });

  it('loses no change that comes while a changed URL is asked', async () => {
    const { patch, read, ctx } = await createSubscription();
    const events = ['com.akeneo.pim.v1.product.deleted'];
    ctx.probe = async () => {
      expect((await patch({ events, config: { headers: { 'X-C': 'c' } } })).status).toBe(200);
      return { kind: 'answered', status: 200 };
    };
    expect((await patch({ config: { url: 'https://new.example.com/' } })).status).toBe(200);
    expect(await read()).toMatchObject({
      events,
      config: { url: 'https://new.example.com/', headers: { 'X-C': redacted } },
    });
  });

  it('answers for what it has changed, even when the token ends while a changed URL is asked', async () => {
    const { patch, ctx, time, stored } = await createSubscription();
    ctx.probe = async () => {
      time.now += 3_600_000;
      return { kind: 'answered', status: 200 };
    };
    expect((await patch({ config: { url: 'https://new.example.com/' } })).status).toBe(200);
    expect(stored()).toMatchObject({ url: 'https://new.example.com/' });
  });

  it('is refused when the subscription is deleted while a changed URL is asked', async () => {
    const { patch, ctx, created } = await createSubscription();
    ctx.probe = async () => {
      ctx.dispatch({ type: 'deleteSubscription', subscriptionId: created.id, by: 'user' });
      return { kind: 'answered', status: 200 };
    };
    expect((await patch({ config: { url: 'https://new.example.com/' } })).status).toBe(409);
  });

  it.each([
    [{ type: 'pubsub' }, ['type: cannot be changed from "https" to "pubsub"; create a new subscription']],
    [{ source: 'benchmark' }, ['source: cannot be changed from "pim" to "benchmark"; create a new subscription']],
    [{ subject: 'https://x.example.com' }, [/^subject: must be the URL in X-PIM-URL/]],
    [
      { events: [], config: { secret: { primary: 'short' } } },
      ['events: must not be empty', 'config.secret.primary: must be 16 to 256 characters, got 5'],
    ],
    [{ config: { secret: { secondary: null } } }, ['config.secret.secondary: must be a string, got null']],
    [{ config: null }, ['config: must be an object, got null']],
    [{ filter: 'user=x' }, ['filter: column 6: a value is written in double quotes: "x"\nuser=x\n     ^']],
    [[], ['the body must be an object, got an array']],
  ])('refuses %j with 400 and changes nothing', async (change, messages) => {
    const { patch, read } = await createSubscription();
    const before = await read();
    const { status, body } = await patch(change);
    expect(status).toBe(400);
    const expected = messages.map((message) =>
      typeof message === 'string' ? message : expect.stringMatching(message),
    );
    expect(messagesOf(body)).toEqual(expected);
    expect(await read()).toEqual(before);
  });
});
