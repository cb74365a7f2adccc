import type { TransportReason } from '../core/types.ts';

/**
 * Codes of Node's sockets, resolver and TLS, and of undici, as the platform names them in its logs. The platform is written in Go, so
 * that an answer cut off by a plain end of stream is `unexpected_eof` and one cut off by a reset is `connection_reset`.
 */
const reasons = new Map<string, TransportReason>([
  ...all('dns_lookup_failure', 'ENOTFOUND EAI_AGAIN EAI_FAIL EAI_NODATA EAI_NONAME EAI_MEMORY EAI_SYSTEM EAI_FAMILY'),
  ...all('dns_lookup_failure', 'ENODATA ENONAME ESERVFAIL EFORMERR EREFUSED EBADNAME ETIMEOUT'),
  ...all('connection_refused', 'ECONNREFUSED'),
  ...all('connection_reset', 'ECONNRESET EPIPE ECONNABORTED ERR_STREAM_PREMATURE_CLOSE'),
  ...all('network_unreachable', 'ENETUNREACH EHOSTUNREACH ENETDOWN EHOSTDOWN EADDRNOTAVAIL ETIMEDOUT'),
  ...all('network_unreachable', 'UND_ERR_CONNECT_TIMEOUT ERR_SOCKET_CONNECTION_TIMEOUT'),
  ...all(
    'unexpected_eof',
    'UND_ERR_SOCKET UND_ERR_RES_CONTENT_LENGTH_MISMATCH HPE_INVALID_EOF_STATE HPE_CLOSED_CONNECTION',
  ),
  ...all('server_goaway', 'ERR_HTTP2_GOAWAY_SESSION'),
  ...all('client_closed_connection', 'UND_ERR_ABORTED UND_ERR_ABORT UND_ERR_DESTROYED UND_ERR_CLOSED ABORT_ERR'),
  ...all('client_closed_connection', 'UND_ERR_HEADERS_TIMEOUT UND_ERR_BODY_TIMEOUT'),
  ...all('invalid_tls_handshake', 'EPROTO'),
  // Certificate errors of OpenSSL, as Node spells them (nodejs.org/api/tls.html#x509-certificate-error-codes).
  ...all('invalid_certificate', 'CERT_HAS_EXPIRED CERT_NOT_YET_VALID CERT_REVOKED CERT_UNTRUSTED CERT_REJECTED'),
  ...all('invalid_certificate', 'CERT_SIGNATURE_FAILURE CERT_CHAIN_TOO_LONG ERROR_IN_CERT_NOT_BEFORE_FIELD'),
  ...all('invalid_certificate', 'ERROR_IN_CERT_NOT_AFTER_FIELD DEPTH_ZERO_SELF_SIGNED_CERT SELF_SIGNED_CERT_IN_CHAIN'),
  ...all('invalid_certificate', 'UNABLE_TO_GET_ISSUER_CERT UNABLE_TO_GET_ISSUER_CERT_LOCALLY HOSTNAME_MISMATCH'),
  ...all('invalid_certificate', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE UNABLE_TO_DECRYPT_CERT_SIGNATURE INVALID_CA'),
  ...all('invalid_certificate', 'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY INVALID_PURPOSE PATH_LENGTH_EXCEEDED'),
  ...all(
    'invalid_certificate',
    'UNABLE_TO_GET_CRL UNABLE_TO_DECRYPT_CRL_SIGNATURE CRL_SIGNATURE_FAILURE CRL_HAS_EXPIRED',
  ),
  ...all('invalid_certificate', 'CRL_NOT_YET_VALID ERROR_IN_CRL_LAST_UPDATE_FIELD ERROR_IN_CRL_NEXT_UPDATE_FIELD'),
  ...all('invalid_certificate', 'ERR_TLS_CERT_ALTNAME_INVALID ERR_TLS_CERT_ALTNAME_FORMAT'),
]);

function all(reason: TransportReason, codes: string): [string, TransportReason][] {
  return codes.split(' ').map((code) => [code, reason]);
}

const known: ReadonlySet<string> = new Set([...reasons.values(), 'destination_failure']);

export const isTransportReason = (text: string): text is TransportReason => known.has(text);

/** What went wrong below HTTP, in the platform's words, from whatever undici, `net`, `tls` or `dns` threw. */
export function transportReason(error: unknown): { reason: TransportReason; message: string } {
  const errors = unfold(error);
  const reason = errors.map(reasonOf).find((found) => found !== undefined) ?? 'destination_failure';
  const message = errors.map(wordsOf).find((text) => text !== '') ?? String(error);
  return { reason, message };
}

/** A failure in words for people: the platform's, and where it has none what was said. */
export const failureWords = ({ reason, message }: { reason: string; message: string }): string =>
  reason === 'destination_failure' ? message : reason.replaceAll('_', ' ');

function reasonOf({ code, message, data }: NodeJS.ErrnoException & { data?: unknown }): TransportReason | undefined {
  // Node's parser says nothing else about it, and it is no end of stream.
  if (message === unaskedContinue) return 'destination_failure';
  // undici and Node report these two under codes that mean something else, too.
  if (message.includes('GOAWAY')) return 'server_goaway';
  if (message.includes('before secure TLS connection')) return 'invalid_tls_handshake';
  if (typeof data === 'string' && isHttp2Settings(data)) return 'server_goaway';
  if (code === undefined) return undefined;
  return reasons.get(code) ?? (/^ERR_(SSL|TLS)_/.test(code) ? 'invalid_tls_handshake' : undefined);
}

/** undici gives up at an informational 100 that it did not ask for; RFC 9110, 15.2 would have it passed over. */
const unaskedContinue = 'bad response';

/** What undici says in terms of its own, in plain words. */
function wordsOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return 'the headers of the answer are larger than 16 KiB';
  if (message === unaskedContinue) return 'the handler sent "100 Continue" unasked, which the mock cannot take';
  return message;
}

/** What a server of HTTP/2 alone answers to HTTP/1.1: its SETTINGS (type 4, of stream 0), then GOAWAY (RFC 9113, 3.4 and 6.5). */
function isHttp2Settings(answer: string): boolean {
  return answer.startsWith('\0') && answer.charCodeAt(3) === 4 && answer.slice(4, 9) === '\0\0\0\0\0';
}

/** The error, what it stands for (connecting to a name tries several addresses), and its causes; outermost first. */
function unfold(error: unknown, depth = 0): NodeJS.ErrnoException[] {
  if (!(error instanceof Error) || depth > 5) return [];
  const parts = error instanceof AggregateError ? error.errors : [];
  return [error, ...[...parts, error.cause].flatMap((inner) => unfold(inner, depth + 1))];
}
