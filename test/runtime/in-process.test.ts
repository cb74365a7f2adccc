import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import express, { type Express } from 'express';
import { Hono } from 'hono';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { JournalFact } from '../../src/core/types.ts';
import { InProcessDestination, type InProcessHandler } from '../../src/runtime/destinations/in-process.ts';
import type { DeliveryRequest } from '../../src/runtime/destinations/port.ts';
import { subscription } from '../core/world.ts';
import { errorOf } from '../error-of.ts';

const body = '{"id":"e1","name":"Crème brûlée 🍮"}';

function destination({ probeDeadlineMs = 3_000 } = {}) {
  const warnings: string[] = [];
  const record = (fact: JournalFact): void => {
    if (fact.type === 'mock.warning') warnings.push(fact.message);
  };
  const made = new InProcessDestination({ record, probeDeadlineMs });
  onTestFinished(() => made.close());

  const request = (url: string, changes: Partial<DeliveryRequest> = {}): DeliveryRequest => ({
    deliveryId: 'd1',
    attempt: 1,
    subscription: subscription('sub', { config: { type: 'https', url, secret: { primary: 'a-secret-of-a-test' } } }),
    eventId: 'e1',
    eventType: 't',
    body,
    headers: { 'Content-Type': 'application/json' },
    ackDeadlineMs: 3_000,
    ...changes,
  });
  const send = (handler: InProcessHandler, changes: Partial<DeliveryRequest> = {}) =>
    made.send(request(made.register(handler), changes));
  const probe = (handler: InProcessHandler) => made.probeClaimed(made.register(handler));
  return { made, warnings, request, send, probe };
}

/** Resolves with the first call of it. */
function called<Of>() {
  let call = (_of: Of): void => {};
  const first = new Promise<Of>((resolve) => {
    call = resolve;
  });
  return { call, first };
}

const readAll = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};

describe('what is taken for a handler', () => {
  const json = (app: Express): Express => {
    app.post('/', (request, response) => void response.json({ took: request.body.id }));
    return app;
  };
  const listener: RequestListener = async (request, response) => {
    response.end(await readAll(request));
  };

  it.each<[string, InProcessHandler]>([
    ['a fetch-style function', async (request) => new Response(await request.text())],
    ['a fetch-style function without parameters', () => new Response()],
    ['a Hono app', new Hono().post('/', async (c) => c.text(await c.req.text()))],
    ['its fetch', new Hono().post('/', (c) => c.text('ok')).fetch],
    [
      'an object whose fetch needs the object',
      new (class {
        readonly #status = 200;
        fetch(_request: Request): Response {
          return new Response(null, { status: this.#status });
        }
      })(),
    ],
    ['a Node listener', listener],
    ['a server that does not listen', createServer(listener)],
    [
      'a Fastify app',
      { ready: async () => {}, routing: (request, response) => void listener(request as never, response as never) },
    ],
    ['an Express app with express.json()', json(express().use(express.json()))],
    ['an Express app with express.raw()', json(express().use(express.raw({ type: '*/*' })))],
    ['an Express app with express.text()', json(express().use(express.text({ type: '*/*' })))],
    ['an Express app that reads the stream', express().post('/', listener)],
  ])('is %s', async (_what, handler) => {
    const { send, warnings } = destination();
    expect(await send(handler)).toMatchObject({ kind: 'answered', status: 200 });
    expect(warnings).toEqual([]);
  });

  it.each([5, null, 'https://localhost', {}, { fetch: 1 }, []])('is not %j', (value) => {
    const { made } = destination();
    expect(errorOf(() => made.register(value as never))).toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringMatching(/^handler: /),
      hint: expect.stringContaining('app.fetch'),
    });
  });
});

describe('the URL of a handler', () => {
  it('is the same one each time, and another one for another handler', () => {
    const { made } = destination();
    const handler = (): Response => new Response();
    expect(made.register(handler)).toBe('https://handler-1.in-process.aep-mock.localhost/');
    expect(made.register(() => new Response())).toBe('https://handler-2.in-process.aep-mock.localhost/');
    expect(made.register(handler)).toBe('https://handler-1.in-process.aep-mock.localhost/');
  });

  it('may have any path and query, which the handler sees', async () => {
    const { made, request } = destination();
    const seen: unknown[] = [];
    const app = made.register((asked) => {
      seen.push(asked.url, asked.headers.get('host'));
      return new Response();
    });
    const listening = made.register(((asked, response) => {
      seen.push(asked.url, asked.headers.host);
      response.end();
    }) satisfies RequestListener);
    await made.send(request(`${app}hooks/pim?tenant=a%20b`));
    await made.send(request(`${listening}hooks/pim?tenant=a%20b`));
    expect(seen).toEqual([
      'https://handler-1.in-process.aep-mock.localhost/hooks/pim?tenant=a%20b',
      'handler-1.in-process.aep-mock.localhost',
      '/hooks/pim?tenant=a%20b',
      'handler-2.in-process.aep-mock.localhost',
    ]);
  });

  it('claims its subscriptions and no others, also when nobody has it any more', async () => {
    const { made, request } = destination();
    const claims = (url: string): boolean => made.claims(request(url).subscription);
    const gone = 'https://handler-9.in-process.aep-mock.localhost/hook';
    expect(claims(gone)).toBe(true);
    expect(claims('HTTPS://Handler-9.In-Process.AEP-Mock.localhost:443')).toBe(true);
    expect(claims('https://handler-9.in-process.aep-mock.localhost.example/')).toBe(false);
    expect(claims('https://shop.example/?of=https://handler-9.in-process.aep-mock.localhost/')).toBe(false);
    expect(await made.send(request(gone))).toMatchObject({ kind: 'transportError', reason: 'connection_refused' });
    expect(await made.probeClaimed(gone)).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('no handler'),
    });
    expect(made.probeClaimed('https://shop.example/')).toBeUndefined();
  });
});

describe('a handler in this process', () => {
  it('opens no socket, and an app that is called like this still listens on one', async () => {
    const { send } = destination();
    const app = express().use(express.json());
    app.post(
      '/',
      (request, response) =>
        void response.status(request.socket.remotePort === undefined ? 200 : 202).json(request.body),
    );
    expect(await send(app)).toMatchObject({ status: 200 });

    const server = createServer(app).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const headers = { 'Content-Type': 'application/json' };
    const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body });
    expect([response.status, await response.text()]).toEqual([202, body]);
  });

  it('is not called before whoever published has gone on', async () => {
    const { send } = destination();
    const order: string[] = [];
    const sent = send(() => {
      order.push('called');
      return new Response();
    });
    await Promise.resolve();
    order.push('went on');
    await sent;
    expect(order).toEqual(['went on', 'called']);
  });

  it('is called and timed by real timers while a test has fake ones', async () => {
    const { send } = destination();
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    expect(await send(() => new Response())).toMatchObject({ status: 200 });
    expect(await send(() => new Promise(() => {}), { ackDeadlineMs: 20 })).toEqual({ kind: 'timeout', durationMs: 20 });
  });

  it('is too late when it kept the process busy past the deadline', async () => {
    const { send } = destination();
    const late: number[] = [];
    const busy = (): Response => {
      for (const end = performance.now() + 60; performance.now() < end; );
      return new Response(null, { status: 202 });
    };
    const outcome = await send(busy, { ackDeadlineMs: 20, onLate: ({ status }) => late.push(status) });
    expect(outcome).toEqual({ kind: 'timeout', durationMs: 20 });
    expect(late).toEqual([202]);
  });

  it('may answer with a redirect, which nobody follows, and with a Response of another library', async () => {
    const { send } = destination();
    const asked: string[] = [];
    const redirecting = (request: Request): Response => {
      asked.push(request.url);
      return Response.redirect('https://shop.example/elsewhere', 308);
    };
    expect(await send(redirecting)).toMatchObject({ status: 308 });
    expect(asked).toHaveLength(1);
    const { Response: OtherResponse } = await import('undici');
    expect(await send(() => new OtherResponse('ok') as Response)).toMatchObject({ status: 200 });
  });

  it('has answered with its status: a body is read up to a megabyte and then let go', async () => {
    const { send } = destination();
    const { call: ended, first } = called<number>();
    let pulled = 0;
    const stream = new ReadableStream({
      pull: (controller) => {
        controller.enqueue(new Uint8Array(64 * 1024));
        pulled++;
      },
      cancel: () => ended(pulled),
    });
    expect(await send(() => new Response(stream))).toMatchObject({ status: 200 });
    expect(await first).toBeLessThan(20);
  });
});

describe.each<[string, (entered: (gone: Promise<unknown>) => void, held?: Promise<unknown>) => InProcessHandler]>([
  [
    'a fetch-style handler',
    (entered, held = new Promise(() => {})) =>
      async ({ signal }) => {
        entered(once(signal, 'abort'));
        await held;
        return new Response(null, { status: 201 });
      },
  ],
  [
    'a Node listener',
    (entered, held = new Promise(() => {})) =>
      async (request: IncomingMessage, response: Parameters<RequestListener>[1]) => {
        entered(once(request.socket, 'close'));
        await held;
        response.writeHead(201).end();
      },
  ],
])('%s that does not answer', (_what, makeHandler) => {
  // What `first` resolves with is a promise, so it waits for the end of the request, too.
  it('is a timeout, and learns at once that nobody waits when nobody does', async () => {
    const { made, request } = destination();
    const { call, first } = called<Promise<unknown>>();
    const url = made.register(makeHandler((gone) => call(gone)));
    const changes = { ackDeadlineMs: 20 };
    expect(await made.send(request(url, changes))).toEqual({ kind: 'timeout', durationMs: 20 });
    await first;
  });

  it('is listened to for ten times the deadline, and then given up', async () => {
    const { made, request } = destination();
    const { call, first } = called<Promise<unknown>>();
    const late: unknown[] = [];
    const url = made.register(makeHandler((gone) => call(gone)));
    await made.send(request(url, { ackDeadlineMs: 20, onLate: (answer) => late.push(answer) }));
    await first;
    expect(late).toEqual([]);
  });

  it('is reported when it answers after all', async () => {
    const { made, request } = destination();
    const { call: release, first: held } = called<void>();
    const { call: onLate, first: late } = called<{ status: number }>();
    const url = made.register(makeHandler(() => {}, held));
    expect(await made.send(request(url, { ackDeadlineMs: 50, onLate }))).toEqual({ kind: 'timeout', durationMs: 50 });
    release();
    expect(await late).toMatchObject({ status: 201 });
  });

  it('is let go when the mock closes', async () => {
    const { made, request } = destination();
    const { call, first } = called<void>();
    const url = made.register(makeHandler(() => call()));
    const sent = made.send(request(url));
    await first;
    await made.close();
    expect(await sent).toMatchObject({ kind: 'transportError', reason: 'client_closed_connection' });
  });
});

describe('a handler that throws', () => {
  it.each<[string, InProcessHandler]>([
    [
      'at once',
      () => {
        throw new RangeError('no such product\nand more');
      },
    ],
    [
      'later',
      async () => {
        throw new RangeError('no such product\nand more');
      },
    ],
  ])(
    '%s has answered 500 when it is fetch-style, and the journal says what it threw in a line',
    async (_when, handler) => {
      const { send, warnings } = destination();
      expect(await send(handler)).toMatchObject({ kind: 'answered', status: 500 });
      expect(warnings).toEqual([
        'the handler https://handler-1.in-process.aep-mock.localhost/ threw RangeError: no such product at delivery d1; a server answers 500 to that',
      ]);
    },
  );

  it('breaks its connection when it is a Node listener, as the end of its process would', async () => {
    const { send, warnings } = destination();
    const handler: RequestListener = (_request, _response) => {
      throw new RangeError('no such product');
    };
    expect(await send(handler)).toMatchObject({ kind: 'transportError', reason: 'unexpected_eof' });
    expect(warnings).toEqual([
      expect.stringContaining('threw RangeError: no such product at delivery d1; that ends a server'),
    ]);
  });

  it.each<[string, (gone: () => void) => InProcessHandler]>([
    [
      'a fetch-style handler',
      (gone) => async (request) => {
        await once(request.signal, 'abort');
        gone();
        throw request.signal.reason;
      },
    ],
    [
      'a Node listener',
      (gone) => async (request: IncomingMessage, _response: unknown) => {
        await once(request.socket, 'close');
        gone();
        throw new Error('gone');
      },
    ],
  ])('is not blamed when nobody waits for it any more: %s', async (_what, makeHandler) => {
    const { send, warnings } = destination();
    const { call, first } = called<void>();
    await send(makeHandler(call), { ackDeadlineMs: 20 });
    await first;
    await new Promise(setImmediate);
    expect(warnings).toEqual([]);
  });

  it('keeps its answer when it throws behind it', async () => {
    const { send, warnings } = destination();
    const handler: RequestListener = (_request, response) => {
      response.end();
      throw new Error('afterwards');
    };
    expect(await send(handler)).toMatchObject({ kind: 'answered', status: 200 });
    expect(warnings).toHaveLength(1);
  });

  it('is not shown how its deliveries are told apart', async () => {
    const { send, warnings } = destination();
    const seen: string[] = [];
    const handler: RequestListener = ({ headers, headersDistinct, rawHeaders }, response) => {
      seen.push(...Object.keys(headers), ...Object.keys(headersDistinct), ...rawHeaders);
      response.end();
    };
    const outcome = await send(handler);
    expect(warnings).toEqual([]);
    expect(outcome).toMatchObject({ kind: 'answered', status: 200 });
    expect(seen).toContain('content-type');
    expect(seen.filter((text) => /aep-mock-|^d1$/i.test(text))).toEqual([]);
  });

  it('says so when it is probed', async () => {
    const { probe } = destination();
    const handler = async (request: Request): Promise<Response> => Response.json(await request.json());
    expect(await probe(handler)).toEqual({
      kind: 'answered',
      status: 500,
      message: expect.stringMatching(/^the handler threw SyntaxError: /),
    });
    const listener: RequestListener = (_request, _response) => {
      throw new Error('no body');
    };
    expect(await probe(listener)).toEqual({ kind: 'failed', message: 'the handler threw Error: no body' });
  });

  it.each<[string, unknown, string]>([
    ['an object', { status: 503, details: { why: 'tired' } }, "{ status: 503, details: { why: 'tired' } }"],
    ['an object without a prototype', Object.create(null), '[Object: null prototype] {}'],
    ['a text', 'tired\nand more', 'tired'],
    ['nothing', undefined, 'undefined'],
    [
      'an error that cannot be shown',
      Object.assign(new Error('tired'), {
        toString: () => {
          throw new Error('too tired');
        },
      }),
      'an object',
    ],
  ])('may throw %s', async (_what, thrown, shown) => {
    const { send, warnings } = destination();
    const handler = (_request: Request): Response => {
      throw thrown;
    };
    expect(await send(handler)).toMatchObject({ kind: 'answered', status: 500 });
    expect(warnings).toEqual([expect.stringContaining(` threw ${shown} at delivery d1; a server answers 500 to that`)]);
  });

  it('has answered with a Response of a library whose body is no web stream', async () => {
    const { send, warnings } = destination();
    const response = { status: 202, arrayBuffer: async () => new ArrayBuffer(0), body: Readable.from(['ok']) };
    expect(await send(() => response as unknown as Response)).toMatchObject({ kind: 'answered', status: 202 });
    expect(warnings).toEqual([]);
  });

  it('cannot answer with what is no answer', async () => {
    const { send, warnings } = destination();
    expect(await send(() => Response.error())).toMatchObject({ status: 500 });
    expect(warnings).toEqual([expect.stringContaining('the status 0 cannot be sent')]);
    const unwritten = { status: Number.NaN, arrayBuffer: async () => new ArrayBuffer(0) };
    expect(await send(() => unwritten as Response)).toMatchObject({ status: 500 });
    expect(warnings[1]).toContain('the status NaN cannot be sent');
  });
});

describe('a handler in the wrong form', () => {
  const forgetful = ((_request: unknown) => {}) as unknown as InProcessHandler;
  const listener: RequestListener = (_request, response) => void response.end();
  const wrapper = ((...of: Parameters<RequestListener>) => listener(...of)) as InProcessHandler;
  const spy = (() => {}) as unknown as InProcessHandler;
  const mistaken = (async (_request: unknown, _env: unknown) => new Response()) as unknown as InProcessHandler;

  it.each<[string, InProcessHandler, RegExp]>([
    ['a fetch-style one that returns nothing', forgetful, /given a Request and returned undefined/],
    [
      'one with two parameters that returns a Response',
      mistaken,
      /request and the response of Node, and returned a Response/,
    ],
  ])('%s is told with the way out, and waits for no deadline', async (_what, handler, message) => {
    const { made, send, probe, warnings } = destination();
    expect(await send(handler)).toMatchObject({
      kind: 'transportError',
      reason: 'destination_failure',
      message: expect.stringMatching(message),
    });
    expect(warnings).toEqual([expect.stringMatching(/has the wrong form: .*wrap yours/)]);
    expect(await probe(handler)).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(message),
      hint: expect.stringContaining('wrap yours'),
    });
    expect(made.problemOf(made.register(handler))).toMatchObject({
      code: 'HANDLER_STYLE',
      message: expect.stringMatching(message),
    });
  });

  it.each<[string, InProcessHandler, object, RegExp]>([
    ['passes on what it is given', wrapper, { kind: 'answered', status: 500 }, /no parameters, .* threw TypeError: /],
    ['ignores it', spy, { kind: 'transportError' }, /no parameters, .* returned undefined/],
  ])('a function without parameters that %s is told how to name them', async (_what, handler, outcome, message) => {
    const { made, send, probe, warnings } = destination();
    expect(await probe(handler)).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(message),
      hint: expect.stringContaining('(req, res) => handler(req, res)'),
    });
    expect(await send(handler)).toMatchObject(outcome);
    expect(made.problemOf(made.register(handler))).toMatchObject({ code: 'HANDLER_STYLE' });
    const told = expect.stringMatching(/has the wrong form: .*\(req, res\) => handler\(req, res\)/);
    expect(warnings).toEqual([told, told]);
  });

  it('may get it right the next time', async () => {
    const { made, probe } = destination();
    let calls = 0;
    const handler = (() => (calls++ === 0 ? undefined : new Response())) as InProcessHandler;
    expect(await probe(handler)).toMatchObject({ kind: 'refused' });
    expect(await probe(handler)).toEqual({ kind: 'answered', status: 200 });
    expect(made.problemOf(made.register(handler))).toBeUndefined();
  });
});
