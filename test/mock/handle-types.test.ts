import type { IncomingMessage, ServerResponse } from 'node:http';
import express from 'express';
import { describe, expectTypeOf, it } from 'vitest';
import type { EventPattern, FaultInput, Mock, StartOptions, SubscribeOptions } from '../../src/index.ts';

const ok = (): Response => new Response();
const url = 'https://shop.example/hook';

// Held by the compiler: `npm run check`. The functions are compiled, and never called.
describe('the types of a mock', () => {
  it('refuse misspelt event types wherever they are named, and take wildcards and texts that are said to be patterns', () => {
    async function calls(mock: Mock, named: string): Promise<void> {
      await mock.subscribe({ url, events: ['product.updated', 'product.*', '*', 'com.akeneo.pim.v1.family.created'] });
      await mock.subscribe({ url, events: [named as EventPattern] });
      // @ts-expect-error: a misspelt type of a subscription
      await mock.subscribe({ url, events: ['product.updatd'] });
      mock.deliveries({ type: 'product.*' });
      // @ts-expect-error: of a query
      mock.deliveries({ type: 'product.updatd' });
      // @ts-expect-error: of an expectation
      await mock.expectDelivered({ type: 'product.updatd' });
      await mock.generate({ types: ['product.*'], count: 1, as: 'user:julia' });
      // @ts-expect-error: of what is generated
      await mock.generate({ types: ['product.updatd'], count: 1 });
      // @ts-expect-error: an author without a type
      await mock.generate({ types: ['product.*'], count: 1, as: 'julia' });
      mock.faults.add({ status: 503, type: ['product.*', 'family.created'] }, 'status=500 type=product.updated');
      // @ts-expect-error: of a fault rule
      mock.faults.add({ status: 503, type: 'product.updatd' });
      // @ts-expect-error: of one in a list
      mock.faults.replace({ status: 503, type: ['product.updated', 'product.updatd'] });
    }
    const options: StartOptions = { faults: [{ status: 503, first: 2, type: 'product.*' }] };
    // @ts-expect-error: of a rule that a mock starts with
    options.faults = [{ status: 503, type: 'product.updatd' }];
    expectTypeOf(calls).toBeFunction();
  });

  it('have a subscription deliver to one place, and only a handler has a path', () => {
    const wishes: SubscribeOptions[] = [
      { url },
      { handler: ok, path: '/webhooks' },
      { pubsub: { projectId: 'p', topicId: 't' }, headers: { 'X-Tenant': 'a' } },
      // @ts-expect-error: nowhere to deliver to
      { events: ['product.*'] },
      // @ts-expect-error: two places
      { url, handler: ok },
      // @ts-expect-error: two places
      { url, pubsub: { projectId: 'p', topicId: 't' } },
      // @ts-expect-error: a url has its path
      { url, path: '/webhooks' },
    ];
    expectTypeOf(wishes).toBeArray();
  });

  it('have a fault rule with one kind, and what goes with that kind', () => {
    const rules: FaultInput[] = [
      { status: 503, first: 2 },
      { name: 'late', timeout: true, reached: true, probability: 0.5, attempt: 1 },
      { duplicate: '2s', every: 3, type: 'product.*' },
      { apiStatus: true, method: 'PATCH', path: '/api/v1/subscribers' },
      { activationDelay: '5m', subscription: 's1' },
      // @ts-expect-error: two kinds
      { status: 503, timeout: true },
      // @ts-expect-error: two kinds
      { delay: '1s', duplicate: true },
      // @ts-expect-error: no kind
      { first: 2 },
      // @ts-expect-error: a kind that there is not
      { statsu: 503 },
      // @ts-expect-error: a call has no attempt
      { apiStatus: 503, attempt: 1 },
      // @ts-expect-error: only an answer can be lost after its work
      { delay: '1s', reached: true },
    ];
    expectTypeOf(rules).toBeArray();
  });

  it('infer the parameters of a handler that is written in place', () => {
    async function calls(mock: Mock): Promise<void> {
      await mock.subscribe({
        handler: (request) => {
          expectTypeOf(request).toEqualTypeOf<Request>();
          return new Response();
        },
      });
      await mock.subscribe({
        handler: async (request) => new Response(await request.text()),
      });
      await mock.subscribe({
        handler: (request, response) => {
          expectTypeOf(request).toEqualTypeOf<IncomingMessage>();
          expectTypeOf(response).toEqualTypeOf<ServerResponse>();
          response.end();
        },
      });
      await mock.subscribe({ handler: ok });
      await mock.subscribe({ handler: { fetch: (request) => new Response(request.url) } });
      await mock.subscribe({ handler: express() });
      // @ts-expect-error: an answer that is no Response
      await mock.subscribe({ handler: (request: Request) => request.url });
      // @ts-expect-error: no handler
      await mock.subscribe({ handler: { fetched: ok } });
    }
    expectTypeOf(calls).toBeFunction();
  });
});
