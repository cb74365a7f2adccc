import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { exchange, openAgent } from '../../src/runtime/http-exchange.ts';
import { transportReason } from '../../src/runtime/transport-error.ts';

const coded = (code: string, message: string = code): Error => Object.assign(new Error(message), { code });

describe('an error below HTTP', () => {
  it.each([
    ['ENOTFOUND', 'dns_lookup_failure'],
    ['EAI_AGAIN', 'dns_lookup_failure'],
    ['ECONNREFUSED', 'connection_refused'],
    ['ECONNRESET', 'connection_reset'],
    ['EPIPE', 'connection_reset'],
    ['ENETUNREACH', 'network_unreachable'],
    ['EHOSTUNREACH', 'network_unreachable'],
    ['UND_ERR_CONNECT_TIMEOUT', 'network_unreachable'],
    ['UND_ERR_SOCKET', 'unexpected_eof'],
    ['UND_ERR_ABORTED', 'client_closed_connection'],
    ['UND_ERR_HEADERS_TIMEOUT', 'client_closed_connection'],
    ['CERT_HAS_EXPIRED', 'invalid_certificate'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'invalid_certificate'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'invalid_certificate'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'invalid_tls_handshake'],
    ['ERR_TLS_HANDSHAKE_TIMEOUT', 'invalid_tls_handshake'],
    ['EPROTO', 'invalid_tls_handshake'],
    ['HPE_INVALID_CONSTANT', 'destination_failure'],
    ['toString', 'destination_failure'],
  ])('with the code %s is %s', (code, reason) => {
    expect(transportReason(coded(code))).toEqual({ reason, message: code });
  });

  it('is known by its message where the code says too little', () => {
    const goaway = coded('UND_ERR_SOCKET', 'HTTP/2: "GOAWAY" frame received with code 0');
    const early = coded(
      'ECONNRESET',
      'Client network socket disconnected before secure TLS connection was established',
    );
    expect([goaway, early].map((error) => transportReason(error).reason)).toEqual([
      'server_goaway',
      'invalid_tls_handshake',
    ]);
  });

  it('is told in plain words where undici has words of its own', () => {
    expect(transportReason(coded('UND_ERR_HEADERS_OVERFLOW', 'Headers Overflow Error'))).toEqual({
      reason: 'destination_failure',
      message: 'the headers of the answer are larger than 16 KiB',
    });
  });

  it('is an answer that undici cannot take: 100 Continue that nobody asked for', async () => {
    const handler = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () =>
        socket.write('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'),
      );
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void handler.close());
    await once(handler, 'listening');
    const agent = await openAgent({});
    onTestFinished(() => agent.destroy());
    const { port } = handler.address() as AddressInfo;
    const { answer } = exchange(agent, { origin: `http://127.0.0.1:${port}`, path: '/', method: 'POST', body: 'x' });
    const error = await answer.catch((reason: unknown) => reason);
    expect(transportReason(error)).toMatchObject({
      reason: 'destination_failure',
      message: 'the handler sent "100 Continue" unasked, which the mock cannot take',
    });
  });

  it('is found in what tried several addresses, and in causes', () => {
    const several = Object.assign(new AggregateError([coded('ECONNREFUSED', 'connect ECONNREFUSED ::1:3000')]), {
      code: 'ECONNREFUSED',
    });
    expect(transportReason(several)).toEqual({
      reason: 'connection_refused',
      message: 'connect ECONNREFUSED ::1:3000',
    });
    expect(transportReason(new Error('fetch failed', { cause: coded('ENOTFOUND') })).reason).toBe('dns_lookup_failure');
  });

  it.each([undefined, 'text', new Error('odd')])('of another kind is a failure of the destination: %s', (error) => {
    expect(transportReason(error).reason).toBe('destination_failure');
  });
});
