import { describe, expect, it } from 'vitest';
import type { ReceivedAnswer } from '../../src/runtime/destinations/port.ts';
import { Happenings } from './happenings.ts';
import { hello, RawClient } from './raw-client.ts';
import { RawServer } from './raw-server.ts';
import { listen, request, startHandler, startRelay, subscription } from './relay-kit.ts';

const shop = subscription('shop');

describe('the body of a handler’s answer', () => {
  it('follows the result, which does not wait for it', async () => {
    let release = (): void => {};
    const handler = await startHandler((_request, response) => {
      response.writeHead(200).write('a beginning');
      release = () => response.end(', an end');
    });
    const { hub, url } = await startRelay([shop]);
    await listen(url, handler.url);
    const answers = new Happenings<ReceivedAnswer>();
    expect(await hub.send(request(shop, { onAnswer: answers.add }))).toMatchObject({ kind: 'answered', status: 200 });
    const answer = await answers.count(1);
    expect(answer).toMatchObject({ status: 200, headers: { 'transfer-encoding': 'chunked' } });
    expect(answer.body).toBeUndefined();
    release();
    await expect.poll(() => answer.body).toEqual({ text: 'a beginning, an end', isCut: false });
  });

  it('is taken once, up to 4 kB, and only for what was answered', async () => {
    const { hub, url, mock } = await startRelay([shop]);
    const raw = new RawClient(url);
    await raw.say(hello());
    await raw.frame('welcome');
    const answers = new Happenings<ReceivedAnswer>();
    const deliver = async (n: number, ...bodies: string[]) => {
      const before = raw.frames.all.length;
      const sent = hub.send(request(shop, { onAnswer: answers.add }));
      const id = await raw.delivered(before);
      const continued = (body: string, of = id) => ({
        type: 'answer_body',
        id: of,
        body: { text: body, is_cut: false },
      });
      const result = { id, duration_ms: 1, status: 200, headers: {}, body_follows: true };
      await raw.say(
        continued('too early'),
        { type: 'results', results: [result] },
        continued('of nothing', 12_345),
        ...bodies.map((body) => continued(body)),
      );
      await sent;
      return answers.count(n);
    };
    const first = await deliver(1, 'x'.repeat(5_000), 'again');
    // What one end says is heard in its order: the answer to this one comes behind those bodies.
    await deliver(2);
    expect(first.body).toEqual({ text: 'x'.repeat(4_096), isCut: true });
    expect(answers.all[1]?.body).toBeUndefined();
    expect(mock.facts.all.filter(({ type }) => type === 'mock.warning')).toEqual([]);
  });

  it('is not announced where there is no answer', async () => {
    const handler = await startHandler();
    await handler.close();
    const server = await RawServer.start();
    await listen(server.url, handler.url);
    server.deliver(1);
    expect(await server.frames.count(2)).toEqual({
      type: 'results',
      results: [
        { id: 1, duration_ms: expect.any(Number), error: expect.objectContaining({ reason: 'connection_refused' }) },
      ],
    });
  });

  it('is heard of an answer that comes too late, too', async () => {
    let release = (): void => {};
    const handler = await startHandler((_request, response) => {
      release = () => response.end('sorry');
    });
    const { hub, url } = await startRelay([shop]);
    await listen(url, handler.url);
    const answers = new Happenings<ReceivedAnswer>();
    const sent = request(shop, { ackDeadlineMs: 100, onLate: () => {}, onAnswer: answers.add });
    expect(await hub.send(sent)).toMatchObject({ kind: 'timeout' });
    expect(answers.all).toEqual([]);
    release();
    const answer = await answers.count(1);
    expect(answer).toMatchObject({ status: 200 });
    await expect.poll(() => answer.body?.text).toBe('sorry');
  });
});
