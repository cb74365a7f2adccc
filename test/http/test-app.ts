import { OpenAPIHono } from '@hono/zod-openapi';
import { noDisorder } from '../../src/core/disorder.ts';
import { step } from '../../src/core/engine.ts';
import { type Policy, type ProfileName, resolvePolicy } from '../../src/core/profile.ts';
import { createRng } from '../../src/core/rng.ts';
import { initialState } from '../../src/core/state.ts';
import type { Connection, Input, JournalFact } from '../../src/core/types.ts';
import type { BenchmarkRequest } from '../../src/events/benchmark.ts';
import { answerError } from '../../src/http/app.ts';
import { mountDocuments } from '../../src/http/documents.ts';
import { notFoundHandler } from '../../src/http/errors.ts';
import { mountManagement } from '../../src/http/management.ts';
import { mountPim } from '../../src/http/pim.ts';
import type { HttpContext } from '../../src/http/ports.ts';
import type { ProbeResult } from '../../src/runtime/destinations/port.ts';
import { EventArchive } from '../../src/runtime/event-archive.ts';
import { Journal } from '../../src/runtime/journal.ts';
import { LatencyBySubscription } from '../../src/runtime/latency.ts';
import { MissedEvents } from '../../src/runtime/missed-events.ts';
import { MockClock } from '../../src/runtime/mock-clock.ts';
import { Outbox } from '../../src/runtime/outbox.ts';
import { PlatformLogs } from '../../src/runtime/platform-logs.ts';
import { PublishCountsBySubscription } from '../../src/runtime/publish-counts.ts';
import { WireLog } from '../../src/runtime/wire-log.ts';

const credentials = {
  clientId: 'erp',
  clientSecret: 'erp-secret',
  username: 'erp_1234',
  password: 'erp-password',
};
export const connection: Connection = { kind: 'connection', ...credentials, permission: true };
export const otherConnection: Connection = {
  ...connection,
  clientId: 'dam',
  clientSecret: 'dam-secret',
  username: 'dam_1',
};
export const appConnection: Connection = {
  kind: 'app',
  clientId: 'app',
  clientSecret: 'app-secret',
  authorizationCode: 'the-code',
  permission: true,
};

export interface TestOptions {
  profile?: ProfileName;
  policy?: Partial<Policy>;
  auth?: HttpContext['auth'];
  allowHttp?: boolean;
  connections?: Connection[];
}

interface Call {
  headers?: Record<string, string | undefined>;
  body?: unknown;
}

/** The PIM and the management API over a real state, with a probe that answers as the test says and a clock that it moves. */
export function createTestApp(options: TestOptions = {}) {
  const { profile = '2024-09', auth = 'connection', allowHttp = false } = options;
  const state = initialState(options.connections ?? [connection, otherConnection, appConnection]);
  const policy = resolvePolicy(profile, options.policy);
  const time = { now: Date.parse('2024-09-17T08:12:21.123Z') };
  const probe = { answer: { kind: 'answered', status: 200 } as ProbeResult, asked: [] as string[] };
  const facts: JournalFact[] = [];
  const benchmarks: BenchmarkRequest[] = [];
  const unused = (): never => {
    throw new Error('not part of these tests');
  };
  const now = (): number => time.now;
  const journal = new Journal(now);
  const ctx: HttpContext = {
    state,
    journal,
    logs: new PlatformLogs({ journal, state: () => state, rng: createRng(2), now }),
    outbox: new Outbox(),
    latency: new LatencyBySubscription(() => policy.ackDeadlineMs),
    missed: new MissedEvents((id) => state.subscriptions.get(id)),
    publishCounts: new PublishCountsBySubscription(),
    measuredMs: () => undefined,
    clock: new MockClock({ now, wakeAt: unused }),
    policy,
    profile,
    seed: 1,
    version: '0.0.0-test',
    now,
    rng: createRng(1),
    auth,
    credentials: { ...credentials, webhookSecret: 'unused-webhook-secret' },
    allowHttp,
    url: () => 'http://127.0.0.1:8090',
    closing: new AbortController().signal,
    settled: async () => {},
    drain: unused,
    dispatch: (input: Input) => {
      const { effects, rejection } = step(state, input, time.now, { policy, disorder: noDisorder, rng: createRng(3) });
      for (const effect of effects) if (effect.type !== 'attempt') facts.push(effect);
      return rejection;
    },
    probe: async (url) => {
      probe.asked.push(url);
      return probe.answer;
    },
    generate: unused,
    publish: unused,
    replay: unused,
    resend: unused,
    benchmark: (request) => {
      benchmarks.push(request);
    },
    reset: unused,
    tunnels: unused,
    archive: new EventArchive(),
    wire: new WireLog(),
    get ledger(): never {
      return unused();
    },
    get faults(): never {
      return unused();
    },
    get expectations(): never {
      return unused();
    },
    get snapshots(): never {
      return unused();
    },
  };
  const app = new OpenAPIHono();
  app.onError(answerError(ctx));
  app.notFound(notFoundHandler(app));
  mountPim(app, ctx);
  mountManagement(app, ctx);
  mountDocuments(app, ctx);

  /** Sends a body that is not a string as JSON. */
  const send = async (method: string, path: string, { headers = {}, body }: Call = {}) => {
    const all = {
      ...(body !== undefined && typeof body !== 'string' && { 'Content-Type': 'application/json' }),
      ...headers,
    };
    const sent = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const payload = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body);
    const response = await app.request(path, { method, headers: sent, body: payload });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: text === '' ? undefined : JSON.parse(text),
    };
  };

  const basic = (c: Connection) => ({ Authorization: `Basic ${btoa(`${c.clientId}:${c.clientSecret}`)}` });
  const signIn = (c: Connection = connection) =>
    send('POST', '/api/oauth/v1/token', {
      headers: basic(c),
      body: { grant_type: 'password', username: c.username, password: c.password },
    });

  /** Signs in and answers calls of the management API in that connection's name. */
  const as = async (c: Connection = connection, pimUrl = 'https://pim.example.com') => {
    const { access_token: token } = (await signIn(c)).body;
    const headers = { 'X-PIM-URL': pimUrl, 'X-PIM-TOKEN': token, 'X-PIM-CLIENT-ID': c.clientId };
    const call = (method: string, path: string, body?: unknown) => send(method, `/api/v1${path}`, { headers, body });
    const createSubscriber = async () => (await call('POST', '/subscribers', subscriberBody)).body;
    return { headers, call, createSubscriber };
  };
  return { app, ctx, state, time, probe, facts, benchmarks, send, basic, signIn, as };
}

/** A signed-in client with one subscriber. */
export async function createTestClient(options: TestOptions = {}) {
  const mock = createTestApp(options);
  const client = await mock.as();
  const subscriber = await client.createSubscriber();
  const path = `/subscribers/${subscriber.id}/subscriptions`;
  const create = (change: object = {}) => client.call('POST', path, { ...httpsBody, ...change });
  return { ...mock, ...client, subscriber, path, create };
}

export const messagesOf = (body: { errors: { message: string }[] }): string[] =>
  body.errors.map(({ message }) => message);

export const subscriberBody = { name: 'Orders', contact: { technical_email: 'ops@example.com' } };
export const httpsBody = {
  type: 'https',
  events: ['com.akeneo.pim.v1.product.updated'],
  config: { url: 'https://hooks.example.com/aep', secret: { primary: 'primary-secret-0123' } },
};
export const pubsubBody = { ...httpsBody, type: 'pubsub', config: { project_id: 'my-project', topic_id: 'my-topic' } };
export const kafkaBody = {
  ...httpsBody,
  type: 'kafka',
  config: {
    broker: 'kafka.example.com:9092',
    topic: 'aep',
    sasl_auth: { mechanism: 'scram', username: 'user', password: 'kafka-password', scram_variant: 'sha-512' },
    tls: { server_name: 'kafka', ca_pem: 'CA', client_cert_pem: 'CERT', client_key_pem: 'KEY' },
  },
};
