import { describe, expect, it } from 'vitest';
import { connection, createTestApp, httpsBody, messagesOf, otherConnection, subscriberBody } from './test-app.ts';

const uuidv7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const webhook = {
  notification_channels: ['webhook'],
  notification_webhook_url: 'https://hooks.example.com/status',
  notification_webhook_secret: 'a-secret-of-the-webhook',
};

async function createSubscriber(contact: object = {}) {
  const mock = createTestApp();
  const client = await mock.as();
  const body = { ...subscriberBody, contact: { ...subscriberBody.contact, ...contact } };
  const created = await client.call('POST', '/subscribers', body);
  return { ...mock, ...client, created, path: `/subscribers/${created.body.id}` };
}

describe('creating a subscriber', () => {
  it('answers 201 with the fields of a real answer, in their order', async () => {
    const { created, time } = await createSubscriber();
    expect(created.status).toBe(201);
    expect(created.headers.get('Content-Type')).toBe('application/json');
    expect(Object.entries(created.body)).toEqual([
      ['id', expect.stringMatching(uuidv7)],
      ['name', 'Orders'],
      ['subject', 'https://pim.example.com'],
      ['status', 'active'],
      ['contact', { technical_email: 'ops@example.com' }],
      ['created_at', '2024-09-17T08:12:21.123000Z'],
      ['updated_at', '2024-09-17T08:12:21.123000Z'],
    ]);
    expect(Number.parseInt(created.body.id.replace('-', '').slice(0, 12), 16)).toBe(time.now);
  });

  it('never returns the secret of the notification webhook', async () => {
    const { created, call, path } = await createSubscriber(webhook);
    const { notification_webhook_secret: secret, ...shown } = webhook;
    expect(created.body.contact).toEqual({ technical_email: 'ops@example.com', ...shown });
    for (const method of ['GET', 'DELETE']) expect((await call(method, path)).text).not.toContain(secret);
  });

  it('ignores keys that it does not know', async () => {
    const { call } = await createSubscriber();
    expect((await call('POST', '/subscribers', { ...subscriberBody, tenant_id: 'x', subject: 'y' })).status).toBe(201);
  });

  it.each([
    ['no name', { name: undefined }, ['name: is required']],
    ['an empty name', { name: '' }, ['name: must not be empty']],
    ['a name that is no text', { name: 5 }, ['name: must be a string, got a number']],
    ['no contact', { contact: undefined }, ['contact: is required']],
    ['no e-mail', { contact: {} }, ['contact.technical_email: is required']],
    [
      'a wrong e-mail',
      { contact: { technical_email: 'ops' } },
      ['contact.technical_email: must be an e-mail address, got "ops"'],
    ],
    [
      'an unknown channel',
      { contact: { ...subscriberBody.contact, notification_channels: ['fax'] } },
      ['contact.notification_channels.0: must be one of "email", "webhook", got "fax"'],
    ],
    [
      'a webhook channel without URL and secret',
      { contact: { ...subscriberBody.contact, notification_channels: ['email', 'webhook'] } },
      [
        'contact.notification_webhook_url: is required when the notification channels include webhook',
        'contact.notification_webhook_secret: is required when the notification channels include webhook',
      ],
    ],
    [
      'a webhook URL that is not https',
      { contact: { ...subscriberBody.contact, notification_webhook_url: 'http://x.example.com' } },
      [expect.stringMatching(/^contact.notification_webhook_url: only https is supported, got "http:/)],
    ],
    [
      'a webhook URL with blanks around it',
      { contact: { ...subscriberBody.contact, notification_webhook_url: ' https://x.example.com' } },
      ['contact.notification_webhook_url: must not contain blanks, got " https://x.example.com"'],
    ],
    ['a name of blanks', { name: ' ' }, ['name: must not be blank']],
    [
      'a webhook secret of the wrong length',
      { contact: { ...subscriberBody.contact, notification_webhook_secret: 'short' } },
      ['contact.notification_webhook_secret: must be 16 to 256 characters, got 5'],
    ],
    [
      'several problems at once',
      { name: '', contact: { notification_channels: ['webhook'] } },
      [
        'name: must not be empty',
        'contact.technical_email: is required',
        'contact.notification_webhook_url: is required when the notification channels include webhook',
        'contact.notification_webhook_secret: is required when the notification channels include webhook',
      ],
    ],
  ])('refuses %s with 400, one entry per problem', async (_name, change, messages) => {
    const { call } = await createSubscriber();
    const { status, body } = await call('POST', '/subscribers', { ...subscriberBody, ...change });
    expect(status).toBe(400);
    expect(messagesOf(body)).toEqual(messages);
  });

  it('refuses the 21st of a PIM with 409, whichever client has the others (R13)', async () => {
    const mock = createTestApp();
    const [erp, dam] = [await mock.as(), await mock.as(otherConnection)];
    const elsewhere = await mock.as(connection, 'https://other.example.com');
    for (let n = 0; n < 10; n++) await Promise.all([erp.createSubscriber(), dam.createSubscriber()]);
    const refused = await erp.call('POST', '/subscribers', subscriberBody);
    expect(refused.status).toBe(409);
    expect(messagesOf(refused.body)[0]).toMatch(/^this PIM already has 20 subscribers/);
    expect((await elsewhere.call('POST', '/subscribers', subscriberBody)).status).toBe(201);
    const [first] = (await dam.call('GET', '/subscribers')).body;
    await dam.call('DELETE', `/subscribers/${first.id}`);
    expect((await erp.call('POST', '/subscribers', subscriberBody)).status).toBe(201);
  });
});

describe('reading, changing and deleting a subscriber', () => {
  it('reads it alone and in the list', async () => {
    const { call, path, created } = await createSubscriber();
    expect((await call('GET', path)).body).toEqual(created.body);
    expect(await call('GET', '/subscribers')).toMatchObject({ status: 200, body: [created.body] });
  });

  it('answers an empty list as the profile says', async () => {
    for (const emptyList of ['[]', 'null'] as const) {
      const client = await createTestApp({ policy: { emptyList } }).as();
      expect((await client.call('GET', '/subscribers')).text).toBe(emptyList);
    }
  });

  it('changes what a partial body names and keeps the rest', async () => {
    const { call, path, created, time } = await createSubscriber(webhook);
    time.now += 1_500;
    const renamed = await call('PATCH', path, { name: 'Stock' });
    expect(renamed.status).toBe(200);
    expect(renamed.body).toEqual({ ...created.body, name: 'Stock', updated_at: '2024-09-17T08:12:22.623000Z' });
    const moved = await call('PATCH', path, { contact: { technical_email: 'new@example.com' } });
    expect(moved.body.contact).toEqual({ ...created.body.contact, technical_email: 'new@example.com' });
  });

  it('takes back the full body that it answered', async () => {
    const { call, path, created } = await createSubscriber(webhook);
    const { status, body } = await call('PATCH', path, {
      ...created.body,
      id: 'ignored',
      status: 'deleted',
      name: 'Stock',
    });
    expect(status).toBe(200);
    expect(body).toEqual({ ...created.body, name: 'Stock' });
  });

  it('resets the notification channels with an empty list', async () => {
    const { call, path } = await createSubscriber(webhook);
    const { body } = await call('PATCH', path, { contact: { notification_channels: [] } });
    expect(body.contact).toEqual({
      technical_email: 'ops@example.com',
      notification_webhook_url: webhook.notification_webhook_url,
    });
  });

  it.each([
    [{ contact: { notification_channels: ['webhook'] } }, 'contact.notification_webhook_url: is required'],
    [{ name: null }, 'name: must be a string, got null'],
    [{ name: '  ' }, 'name: must not be blank'],
    [{ contact: null }, 'contact: must be an object, got null'],
    [{ contact: 'x' }, 'contact: must be an object, got a string'],
    [[], 'the body must be an object, got an array'],
  ])('refuses the change %j with 400', async (change, message) => {
    const { call, path } = await createSubscriber();
    const { status, body } = await call('PATCH', path, change);
    expect(status).toBe(400);
    expect(messagesOf(body)[0]).toContain(message);
  });

  it('answers the deleted one, and then 404; its subscriptions go with it', async () => {
    const { call, path, created, state, time } = await createSubscriber();
    await call('POST', `${path}/subscriptions`, httpsBody);
    time.now += 1_000;
    const deleted = await call('DELETE', path);
    expect(deleted.status).toBe(200);
    expect(deleted.body).toEqual({ ...created.body, status: 'deleted', updated_at: '2024-09-17T08:12:22.123000Z' });
    expect([state.subscribers.size, state.subscriptions.size, state.lanes.size]).toEqual([0, 0, 0]);
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const answer = await call(method, path, method === 'PATCH' ? {} : undefined);
      expect(answer.status).toBe(404);
      expect(messagesOf(answer.body)[0]).toContain(`subscriber "${created.body.id}" not found`);
    }
  });
});
