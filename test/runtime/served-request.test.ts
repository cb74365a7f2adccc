import { describe, expect, it } from 'vitest';
import { CallEnd } from '../../src/runtime/destinations/call-end.ts';
import { servedRequest } from '../../src/runtime/destinations/served-request.ts';

const url = 'https://handler.localhost/hook';
const init = { method: 'POST', headers: { host: 'handler.localhost' }, body: '{"a":1}' };
const gone = new Error('nobody waits any more');

describe('the request that a handler in the process gets', () => {
  it('is a Request like any other', async () => {
    const request = servedRequest(url, init, new CallEnd());
    expect(request).toBeInstanceOf(Request);
    expect(request).toMatchObject({ url, method: 'POST', bodyUsed: false });
    expect(request.headers.get('host')).toBe('handler.localhost');
    expect(await new Request(request).json()).toEqual({ a: 1 });
  });

  it('has one signal, which aborts with the call', () => {
    const end = new CallEnd();
    const { signal } = servedRequest(url, init, end);
    expect(signal.aborted).toBe(false);
    end.abort(gone);
    expect(signal).toMatchObject({ aborted: true, reason: gone });
    expect(end.signal).toBe(signal);
  });

  it('has a signal that is aborted when it is asked for after the call has ended', () => {
    const end = new CallEnd();
    const request = servedRequest(url, init, end);
    end.abort(gone);
    end.abort(new Error('twice'));
    expect(request.signal).toMatchObject({ aborted: true, reason: gone });
  });

  it('has clones with its body, whose signals abort with it', async () => {
    const end = new CallEnd();
    const request = servedRequest(url, init, end);
    const clone = request.clone();
    expect([await clone.json(), await request.json()]).toEqual([{ a: 1 }, { a: 1 }]);
    end.abort(gone);
    expect(clone.signal).toMatchObject({ aborted: true, reason: gone });
  });
});
