import { describe, expect, it } from 'vitest';
import { isAnswer, kafkaFailure } from '../../src/runtime/destinations/kafka-failure.ts';
import { pubsubFailure } from '../../src/runtime/destinations/pubsub-failure.ts';

/** An error as the libraries make them. */
const error = (message: string, fields: object, cause?: Error) =>
  Object.assign(new Error(message, cause && { cause }), fields);

describe('a failure of gRPC, in the words of the platform', () => {
  const grpc = (code: number | undefined, details: string) =>
    pubsubFailure(error(`${code} X: ${details}`, { code, details }), 500);

  it.each([
    [5, 'Topic not found', 'topic_not_found', 404],
    [7, 'User not authorized to perform this action.', 'authentication_failed', 403],
    [16, 'Request had invalid authentication credentials.', 'authentication_failed', 404],
    [3, 'The value for message_size is too large.', 'publish_rejected', 400],
    [9, 'Request payload violates the schema', 'publish_rejected', 400],
    [1, 'Cancelled on client', 'client_closed_connection', 500],
    [8, 'Quota exceeded', 'destination_failure', 500],
    [13, 'Received RST_STREAM with code 2', 'destination_failure', 500],
    [14, 'read ECONNRESET', 'connection_reset', 500],
    [14, 'Name resolution failed for target dns:x: getaddrinfo ENOTFOUND x', 'dns_lookup_failure', 500],
    [14, 'Name resolution failed for target dns:pubsub.example.com:443', 'dns_lookup_failure', 500],
    [14, 'Connection dropped', 'destination_failure', 500],
    [undefined, 'Could not load the default credentials', 'destination_failure', 500],
  ])('%s %s', (code, details, reason, errorCode) => {
    expect(grpc(code, details)).toEqual({ reason, code: errorCode, message: details });
  });

  it('a connection that cannot be made says why, without the words of the library around it', () => {
    const why = 'connect ECONNREFUSED 127.0.0.1:1';
    expect(grpc(14, `No connection established. Last error: Error: ${why}. Resolution note: `)).toEqual({
      reason: 'connection_refused',
      code: 500,
      message: why,
    });
  });

  it('a connection that is dropped says nothing of when that was', () => {
    const details =
      'No connection established. Last error: Failed to connect (2026-01-05T08:00:00.123Z). Resolution note: ';
    expect(grpc(14, details)).toEqual({ reason: 'destination_failure', code: 500, message: 'Failed to connect' });
  });

  it('a deadline says how long was waited, and not what time it was', () => {
    expect(grpc(4, 'Deadline exceeded after 0.502s')).toEqual({
      reason: 'destination_timeout',
      code: 500,
      message: 'no acknowledgement within 500 ms',
    });
  });
});

describe('a failure of the Kafka client, in the words of the platform', () => {
  const protocol = (type: string) => error(`the broker said ${type}`, { name: 'KafkaJSProtocolError', type });

  it.each([
    ['UNKNOWN_TOPIC_OR_PARTITION', 'topic_not_found', 404],
    ['INVALID_TOPIC_EXCEPTION', 'invalid_destination_configuration', 400],
    ['TOPIC_AUTHORIZATION_FAILED', 'authentication_failed', 403],
    ['CLUSTER_AUTHORIZATION_FAILED', 'authentication_failed', 403],
    ['SASL_AUTHENTICATION_FAILED', 'authentication_failed', 404],
    ['UNSUPPORTED_SASL_MECHANISM', 'authentication_failed', 404],
    ['MESSAGE_TOO_LARGE', 'publish_rejected', 400],
    ['RECORD_LIST_TOO_LARGE', 'publish_rejected', 400],
    ['POLICY_VIOLATION', 'publish_rejected', 400],
    ['REQUEST_TIMED_OUT', 'destination_timeout', 500],
    ['NOT_LEADER_FOR_PARTITION', 'destination_failure', 500],
    ['KAFKA_STORAGE_ERROR', 'destination_failure', 500],
  ])('%s, wrapped as the client wraps it', (type, reason, code) => {
    const thrown = error('gave up', { name: 'KafkaJSNumberOfRetriesExceeded' }, protocol(type));
    const failure = kafkaFailure(thrown, 500);
    expect({ reason: failure.reason, code: failure.code }).toEqual({ reason, code });
  });

  it.each([
    [
      'refused',
      error('connect ECONNREFUSED', { name: 'KafkaJSConnectionError', code: 'ECONNREFUSED' }),
      'connection_refused',
    ],
    ['a name that is none', error('x', { name: 'KafkaJSConnectionError', code: 'ENOTFOUND' }), 'dns_lookup_failure'],
    [
      'a certificate',
      error('x', { name: 'KafkaJSConnectionError', code: 'SELF_SIGNED_CERT_IN_CHAIN' }),
      'invalid_certificate',
    ],
    ['no time to connect', error('Connection timeout', { name: 'KafkaJSConnectionError' }), 'destination_timeout'],
    ['no time to answer', error('x', { name: 'KafkaJSRequestTimeoutError' }), 'destination_timeout'],
    ['an end', error('Closed connection', { name: 'KafkaJSConnectionClosedError' }), 'unexpected_eof'],
    ['nothing known', 'just text', 'destination_failure'],
  ])('%s', (_name, thrown, reason) => {
    expect(kafkaFailure(thrown, 500)).toMatchObject({ reason, code: 500 });
  });

  it('credentials that are refused say what the broker said', () => {
    const thrown = error('SASL PLAIN authentication failed: bad', { name: 'KafkaJSSASLAuthenticationError' });
    expect(kafkaFailure(thrown, 500)).toEqual({
      reason: 'authentication_failed',
      code: 404,
      message: 'SASL PLAIN authentication failed: bad',
    });
  });

  it.each([
    protocol('ILLEGAL_SASL_STATE'),
    error('x', { name: 'KafkaJSServerDoesNotSupportApiKey', apiName: 'SaslHandshake' }),
  ])('a broker without SASL comes with the way out', (thrown) => {
    expect(kafkaFailure(thrown, 500)).toMatchObject({
      reason: 'authentication_failed',
      message: expect.stringContaining('--kafka-insecure'),
    });
  });

  it('knows what a new connection would not change', () => {
    const answers = [
      'UNKNOWN_TOPIC_OR_PARTITION',
      'MESSAGE_TOO_LARGE',
      'TOPIC_AUTHORIZATION_FAILED',
      'NETWORK_EXCEPTION',
    ];
    expect(answers.map((type) => isAnswer(kafkaFailure(protocol(type), 1)))).toEqual([true, true, true, false]);
  });
});
