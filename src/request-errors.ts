/** The rows of the error table for requests: those to the platform and the PIM, to brokers, and to the mock over HTTP. A leaf. */
import { type ErrorRow, show } from './error-row.ts';

export const requestErrors = {
  // Management API
  VALIDATION: {
    message: (d: { field: string; reason: string }) => (d.field ? `${d.field}: ${d.reason}` : d.reason),
    hint: 'see /openapi.json for the request bodies',
    status: 400,
    exit: 2,
  },
  UNAUTHENTICATED: {
    message: (d: { reason: string }) => d.reason,
    hint: (d: { hint?: string }) =>
      d.hint ?? 'get a token with POST /api/oauth/v1/token, or start the mock with --auth any',
    status: 401,
    exit: 2,
  },
  PERMISSION_MISSING: {
    message: (d: { clientId: string }) => `the connection ${show(d.clientId)} has no "Event Platform" permission`,
    hint: 'set "permission": true on it in the config file',
    status: 403,
    exit: 2,
  },
  SUBSCRIBER_NOT_FOUND: {
    message: (d: { id: string }) => `subscriber ${show(d.id)} not found`,
    hint: 'GET /api/v1/subscribers lists the ones that this PIM and client id can see',
    status: 404,
    exit: 2,
  },
  SUBSCRIPTION_NOT_FOUND: {
    message: (d: { id: string }) => `subscription ${show(d.id)} not found`,
    hint: 'GET /api/v1/subscribers/{id}/subscriptions lists those of a subscriber',
    status: 404,
    exit: 2,
  },
  CONNECTION_NOT_FOUND: {
    message: (d: { clientId: string }) => `no connection or app has the client id ${show(d.clientId)}`,
    hint: 'the ready-made one is printed at the start; others are declared in the config file',
    status: 404,
    exit: 2,
  },
  SUBSCRIPTION_ENDED: {
    message: (d: { id: string; status: string; operation: string }) =>
      `subscription ${d.id} is ${d.status}: it cannot be ${d.operation}`,
    hint: 'deleted and revoked are final; create a new subscription',
    status: 409,
    exit: 2,
  },
  SUBSCRIPTION_SUSPENDED: {
    message: (d: { id: string }) => `subscription ${d.id} is suspended: what is sent to it is lost`,
    hint: (d: { id: string }) => `resume it first: aep-mock ctl resume ${d.id}`,
    status: 409,
    exit: 2,
  },
  SUBSCRIBER_LIMIT: {
    message: (d: { limit: number }) => `this PIM already has ${d.limit} subscribers, the most it can have`,
    hint: 'delete one that is no longer needed',
    status: 409,
    exit: 2,
  },
  SUBSCRIPTION_LIMIT: {
    message: (d: { limit: number }) => `this subscriber already has ${d.limit} subscriptions, the most it can have`,
    hint: 'delete one that is no longer needed, or put several event types into one',
    status: 409,
    exit: 2,
  },
  HOST_NOT_ALLOWED: {
    message: (d: { host: string }) => `${d.host} is not this machine, and the mock delivers to this machine only`,
    hint: (d: { host: string }) =>
      `start the mock with --allow-host ${d.host}, or relay to a local handler with "aep-mock listen"`,
    status: 400,
    exit: 2,
  },
  // Brokers
  BROKER_NOT_ALLOWED: {
    message: (d: { host: string }) =>
      `the broker ${d.host} is not on this machine, and the mock publishes on this machine only`,
    hint: (d: { host: string }) => `start the mock with --allow-host ${d.host}`,
    status: 400,
    exit: 2,
  },
  PUBSUB_NOT_NAMED: {
    message: (_d: Record<string, never>) => 'no Pub/Sub emulator is named',
    hint: 'start the mock with --pubsub-emulator 127.0.0.1:8085, or set PUBSUB_EMULATOR_HOST; --allow-host pubsub.googleapis.com publishes to Google itself',
    status: 400,
    exit: 2,
  },
  // HTTP in general
  NOT_FOUND: {
    message: (d: { path: string }) => `no such path: ${d.path}`,
    hint: (d: { hint?: string }) => d.hint ?? 'GET /openapi.json lists them all',
    status: 404,
    exit: 2,
  },
  METHOD_NOT_ALLOWED: {
    message: (d: { method: string; path: string }) => `${d.method} is not allowed on ${d.path}`,
    hint: (d: { hint?: string }) => d.hint ?? 'GET /openapi.json lists the methods of each path',
    status: 405,
    exit: 2,
  },
  INVALID_JSON: {
    message: (d: { reason: string }) => `the body is not valid JSON: ${d.reason}`,
    hint: 'send Content-Type: application/json and a JSON body',
    status: 400,
    exit: 2,
  },
  BODY_TOO_LARGE: {
    message: (d: { limit: number }) => `the body is larger than ${d.limit} bytes`,
    hint: 'send less at once',
    status: 413,
    exit: 2,
  },
  FOREIGN_ORIGIN: {
    message: (d: { origin: string }) =>
      `requests from ${show(d.origin)} are refused: a web page must not drive the mock`,
    hint: 'call it from a program, or from the page that the mock itself serves',
    status: 403,
    exit: 2,
  },
  FOREIGN_HOST: {
    message: (d: { host: string }) => `the Host header ${show(d.host)} is not the mock's own`,
    hint: 'use 127.0.0.1 or localhost; for another name start the mock with --token and send it',
    status: 403,
    exit: 2,
  },
  TOKEN_MISSING: {
    message: (_d: Record<string, never>) => 'this mock was started with --token, and the request carries no valid one',
    hint: 'send Authorization: Bearer TOKEN; on the command line --token TOKEN or AEP_MOCK_TOKEN; in a browser it is the password, under any name',
    status: 401,
    exit: 2,
  },
  INTERNAL: {
    message: (d: { reason: string }) => `internal error: ${d.reason}`,
    hint: 'this is a bug of aep-mock; please report it with the command and the seed',
    status: 500,
    exit: 2,
  },
} satisfies Record<string, ErrorRow>;
