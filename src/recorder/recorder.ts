/** A destination for the real platform: answers it, writes down what it sent, and passes that on to whoever listens. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import { isLoopbackHost } from '../core/loopback.ts';
import { resolvePolicy } from '../core/profile.ts';
import { createRng } from '../core/rng.ts';
import type { JournalFact, Outcome, Verdict } from '../core/types.ts';
import { fail } from '../errors.ts';
import { controlErrorResponse } from '../http/control.ts';
import { asAepMockError } from '../http/errors.ts';
import { guard } from '../http/guard.ts';
import { listen } from '../http/listen.ts';
import { mountRelay } from '../http/relay.ts';
import type { CaptureFile } from '../recordings/capture-file.ts';
import type { JsonPath } from '../recordings/redact-json.ts';
import { SystemClock } from '../runtime/clock.ts';
import { freshSeed } from '../runtime/fresh-seed.ts';
import { version } from '../version.ts';
import { type LiveDelivery, LiveRelay } from './live-relay.ts';
import { largestBody, readBody } from './read-body.ts';
import { headersOf, type ReceivedDelivery, receivedDelivery, recordLine, targetOf } from './received-delivery.ts';
import { verifySignatures } from './verify-signatures.ts';

export interface RecorderOptions {
  host: string;
  port: number;
  token: string | undefined;
  /** It is opened when the port is: a port that is taken leaves no empty file behind. */
  file: CaptureFile;
  /** Those of the subscription; without any nothing is verified. */
  secrets: readonly string[];
  /** Answers 401 to what no secret fits. */
  rejectUnverified: boolean;
  redact: readonly JsonPath[];
  on: RecorderEvents;
}

/** What became of a delivery that was recorded. */
export interface HowRecorded {
  /** What it was answered. */
  status: number;
  /** To how many listeners; undefined when they are too slow. */
  passedOn: number | undefined;
  /** The paths at which it was redacted, or `everything`. */
  redacted: readonly string[];
}

/** What happens at the recorder, for whoever shows it. */
export interface RecorderEvents {
  /** It is in the file. */
  recorded(delivery: ReceivedDelivery, how: HowRecorded): void;
  /** It is not in the file, and the platform has been told so with this status. */
  refused(status: 413 | 503, why: string): void;
  /** A handler that listens has answered. */
  answered(delivery: LiveDelivery, outcome: Outcome, verdict: Verdict): void;
  fact(fact: JournalFact): void;
}

export interface Recorder {
  url: string;
  /** Idempotent. */
  close(): Promise<void>;
}

type Env = { Bindings: HttpBindings };

/** A recorder has next to nothing of what a mock has. */
const wayOut =
  'this is a recorder: it takes HEAD and POST on any path, GET /_mock/health tells that it runs; a mock is started with "aep-mock start"';

/** @throws TOKEN_REQUIRED_TO_BIND, PORT_IN_USE, CANNOT_LISTEN, FILE_UNWRITABLE */
export async function startRecorder(options: RecorderOptions): Promise<Recorder> {
  const { host, port, token, on } = options;
  if (!isLoopbackHost(host) && token === undefined) throw fail('TOKEN_REQUIRED_TO_BIND', { host });
  const clock = new SystemClock();
  const now = (): number => clock.now();
  const live = new LiveRelay({
    now,
    ackDeadlineMs: resolvePolicy('2024-09').ackDeadlineMs,
    rng: createRng(freshSeed()),
    record: on.fact,
    answered: on.answered,
  });
  const desk = new Desk(options, live);

  const app = new Hono<Env>();
  app.onError((thrown, c) => controlErrorResponse(c, asAepMockError(thrown)));
  app.use('/_mock/*', guard(token));
  app.get('/_mock/health', (c) => c.json({ status: 'ok', name: 'aep-mock', version, url: server.url, records: true }));
  mountRelay(app, live.hub);
  app.all('/_mock/*', (c) => {
    throw fail('NOT_FOUND', { path: c.req.path, hint: wayOut });
  });
  app.all('*', async (c: Context<Env>) => {
    const { incoming, outgoing } = c.env;
    if (incoming.method === 'HEAD') return c.body(null, 200);
    if (incoming.method === 'POST') return desk.take(c, incoming, outgoing as ServerResponse, now());
    throw fail('METHOD_NOT_ALLOWED', { method: incoming.method ?? '', path: c.req.path, hint: wayOut });
  });
  const server = await listen({ fetch: app.fetch, host, port });
  try {
    options.file.open();
  } catch (error) {
    await server.close();
    throw error;
  }
  let closing: Promise<void> | undefined;
  return {
    url: server.url,
    close: () => {
      closing ??= live.close().then(() => server.close());
      return closing;
    },
  };
}

/** Takes one delivery after the other. */
class Desk {
  readonly #options: RecorderOptions;
  readonly #live: LiveRelay;

  constructor(options: RecorderOptions, live: LiveRelay) {
    this.#options = options;
    this.#live = live;
  }

  async take(
    c: Context<Env>,
    request: IncomingMessage,
    response: ServerResponse,
    receivedAt: number,
  ): Promise<Response> {
    const { secrets, on } = this.#options;
    const bytes = await readBody(request);
    if (bytes === 'broken') return RESPONSE_ALREADY_SENT;
    if (bytes === 'too large') {
      const { message } = fail('BODY_TOO_LARGE', { limit: largestBody });
      on.refused(413, message);
      c.header('Connection', 'close');
      return c.text(message, 413);
    }
    const headers = headersOf(request);
    const verification = secrets.length > 0 ? verifySignatures(bytes, headers, secrets) : undefined;
    const delivery = receivedDelivery({ receivedAt, url: targetOf(request), headers, bytes, verification });
    return this.#record(delivery, response);
  }

  /** Only what is in the file is acknowledged: of anything else the platform has no answer, or a 503, and sends it again. */
  #record(delivery: ReceivedDelivery, response: ServerResponse): Response {
    const { file, redact, rejectUnverified, on } = this.#options;
    const isRejected = rejectUnverified && delivery.verification?.verified === false;
    const status = isRejected ? 401 : 200;
    const answer = (code: number): void => void response.writeHead(code, { 'Content-Length': 0 }).end();
    const { line, paths } = recordLine(delivery, redact);
    try {
      file.write(line);
    } catch (error) {
      answer(503);
      on.refused(503, error instanceof Error ? error.message : String(error));
      return RESPONSE_ALREADY_SENT;
    }
    answer(status);
    on.recorded(delivery, { status, passedOn: isRejected ? 0 : this.#live.pass(delivery), redacted: paths });
    return RESPONSE_ALREADY_SENT;
  }
}
