/**
 * Every error a user can meet: code -> message, hint (the way out), HTTP status, exit code. A leaf.
 * A message names the field and the value; the hint says what to do. A test keeps the README's table equal to this one.
 */

import { type ErrorRow, mismatch, show } from './error-row.ts';
import { requestErrors } from './request-errors.ts';

export const errorTable = {
  // Starting and options
  PORT_IN_USE: {
    message: (d: { host: string; port: number }) => `port ${d.port} on ${d.host} is already in use`,
    hint: (d: { port: number }) =>
      `another aep-mock may be running on port ${d.port}: use it, or start this one with --port 0 for any free port`,
    status: 500,
    exit: 3,
  },
  CANNOT_LISTEN: {
    message: (d: { host: string; port: number; reason: string }) => `cannot listen on ${d.host}:${d.port}: ${d.reason}`,
    hint: 'give --host an address of this machine (127.0.0.1 is the default) and --port a number that you may open',
    status: 500,
    exit: 3,
  },
  TOKEN_REQUIRED_TO_BIND: {
    message: (d: { host: string }) => `--host ${d.host} would open the mock to other machines`,
    hint: 'add --token SECRET: the control API and the relay then ask for it; or bind 127.0.0.1',
    status: 500,
    exit: 2,
  },
  INVALID_OPTION: {
    message: (d: { option: string; value: unknown; expected: string }) =>
      `${d.option}: ${mismatch(d.value, d.expected)}`,
    hint: (d: { hint?: string }) => d.hint ?? 'see --help for what it takes',
    status: 400,
    exit: 2,
  },
  MISSING_OPTION: {
    message: (d: { command: string; option: string }) => `${d.command} needs ${d.option}`,
    hint: (d: { example: string }) => `for example ${d.example}`,
    status: 400,
    exit: 2,
  },
  CONFLICTING_OPTIONS: {
    message: (d: { options: readonly string[] }) => `${d.options.join(' and ')} exclude each other`,
    hint: 'give only one of them',
    status: 400,
    exit: 2,
  },
  CONFIG_FILE: {
    message: (d: { file: string; reason: string }) => `config file ${d.file}: ${d.reason}`,
    hint: 'it is a JSON object whose keys are the long flags in camelCase; see "Options" in the README',
    status: 400,
    exit: 2,
  },
  CLOCK_NOT_MOVABLE: {
    message: (d: { kind: string }) =>
      d.kind === 'own'
        ? 'the mock was given a clock of its own, which only its giver can move'
        : `the mock lives by the ${d.kind} clock, which moves by itself`,
    hint: 'start it with --clock virtual to move its time by command, or with --time-scale 60 to have an hour pass in a minute',
    status: 409,
    exit: 2,
  },
  AMBIGUOUS_ID: {
    message: (d: { what: string; id: string; count: number }) => `${show(d.id)} names ${d.count} ${d.what}s`,
    hint: 'give more of the id',
    status: 400,
    exit: 2,
  },
  FILE_UNREADABLE: {
    message: (d: { file: string; reason: string }) => `cannot read ${d.file}: ${d.reason}`,
    hint: 'check the path and its permissions',
    status: 400,
    exit: 2,
  },
  FILE_UNWRITABLE: {
    message: (d: { file: string; reason: string }) => `cannot write ${d.file}: ${d.reason}`,
    hint: 'name a file in a folder that exists and that you may write to',
    status: 400,
    exit: 2,
  },
  EXEC_FAILED: {
    message: (d: { command: string; reason: string }) => `cannot run ${show(d.command)}: ${d.reason}`,
    hint: 'name a program that your shell finds too; what a shell does itself needs one: aep-mock exec -- sh -c "…"',
    status: 500,
    exit: 2,
  },
  FAULT_RULE: {
    message: (d: { rule: string; field: string; value: unknown; expected: string }) =>
      `${d.rule}${d.field && `, ${d.field}`}: ${mismatch(d.value, d.expected)}`,
    hint: (d: { hint?: string }) => d.hint ?? '"aep-mock ctl fault add --help" shows what a rule is made of',
    status: 400,
    exit: 2,
  },
  FAULT_NEVER_FIRES: {
    message: (d: { rule: string; reason: string }) => `the fault "${d.rule}" can never happen: ${d.reason}`,
    hint: (d: { hint: string }) => d.hint,
    status: 400,
    exit: 2,
  },
  SCENARIO_FILE: {
    message: (d: { file: string; reason: string }) => `scenario file ${d.file}: ${d.reason}`,
    hint: 'it is a JSON object such as {"disorder": {"duplicates": 0.05, "shuffle": 20}, "faults": [{"status": 503, "first": 2}]}',
    status: 400,
    exit: 2,
  },
  RECORDING_LINE: {
    message: (d: { file: string; line: number; reason: string }) => `${d.file}:${d.line}: ${d.reason}`,
    hint: (d: { hint?: string }) => d.hint ?? 'correct the line, or pass --skip-bad to go on without it',
    status: 400,
    exit: 2,
  },
  NOT_COMPARABLE: {
    message: (d: { file: string; reason: string }) => `cannot compare ${d.file}: ${d.reason}`,
    hint: (d: { hint: string }) => d.hint,
    status: 400,
    exit: 2,
  },
  REPLAY_ENDED: {
    message: (d: { published: number }) =>
      `the mock ended the replay after ${d.published} events: it was reset or stopped`,
    hint: 'what is not published yet goes out with the command that is printed',
    status: 409,
    exit: 2,
  },
  // Talking to a running mock
  SERVER_UNREACHABLE: {
    message: (d: { url: string; reason: string }) => `no aep-mock answers at ${d.url} (${d.reason})`,
    hint: 'start one with "aep-mock start", or name it with --server URL or AEP_MOCK_URL',
    status: 502,
    exit: 3,
  },
  SERVER_REFUSED: {
    message: (d: { url: string; status: number; reason: string }) => `${d.url} answered ${d.status}: ${d.reason}`,
    hint: (d: { hint?: string }) => d.hint ?? 'is this the URL of an aep-mock?',
    status: 502,
    exit: 2,
  },
  SERVER_SLOW: {
    message: (d: { url: string; seconds: number }) => `${d.url} has not answered for ${d.seconds} s`,
    hint: 'the mock may be busy or stopped: look at its terminal, and ask for less at once',
    status: 504,
    exit: 3,
  },
  OUTPUT_FAILED: {
    message: (d: { stream: string; reason: string }) => `cannot write to ${d.stream}: ${d.reason}`,
    hint: 'is the disk full?',
    status: 500,
    exit: 2,
  },
  // Relay
  RELAY_HELLO: {
    message: (d: { reason: string }) => `the relay does not understand its client: ${d.reason}`,
    hint: (d: { hint?: string }) => d.hint ?? 'use the same version of aep-mock at both ends',
    status: 400,
    exit: 2,
  },
  RELAY_REFUSED: {
    message: (d: { url: string; reason: string }) => `${d.url} refused the relay: ${d.reason}`,
    hint: (d: { hint: string }) => d.hint,
    status: 502,
    exit: 2,
  },
  RELAY_UPGRADE_REQUIRED: {
    message: (_d: Record<string, never>) => 'this path is a WebSocket, and the request does not ask for one',
    hint: 'connect to it with "aep-mock listen --forward-to URL"',
    status: 426,
    exit: 2,
  },
  // Events
  UNKNOWN_EVENT_TYPE: {
    message: (d: { value: string; nearest?: string }) =>
      `unknown event type ${show(d.value)}${d.nearest ? `; the nearest known one is ${d.nearest}` : ''}`,
    hint: '"aep-mock events" lists them all; short names (product.updated) and wildcards (product.*) work too',
    status: 400,
    exit: 2,
  },
  TOO_MANY_EVENTS: {
    message: (d: { types: number; count: number; limit: number }) =>
      `${d.types} event types × ${d.count} are ${d.types * d.count} events, and one request makes at most ${d.limit}`,
    hint: 'ask for fewer of each type, or several times',
    status: 400,
    exit: 2,
  },
  INVALID_EVENT: {
    message: (d: { field: string; value: unknown; expected: string }) =>
      `event ${d.field}: ${mismatch(d.value, d.expected)}`,
    hint: 'an event is a CloudEvents 1.0 JSON object with specversion, id, source and type; data may be anything, or missing; see "aep-mock events TYPE" for a sample',
    status: 400,
    exit: 2,
  },
  PUBLISHING_ENDED: {
    message: (d: { what: string }) =>
      `${d.what} was not published: the mock was reset, restored or closed before its turn`,
    hint: 'wait for publish() before reset(), restore() and close()',
    status: 409,
    exit: 2,
  },
  MOCK_CLOSED: {
    message: (d: { asked: string }) => `${d.asked}: the mock is closed`,
    hint: 'start another one with startMock(), or close this one later, in afterAll or at the end of the test',
    status: 409,
    exit: 2,
  },
  INSPECTOR_MISSING: {
    message: (d: { path: string }) => `the inspector's files are not there: no ${d.path} in any folder above`,
    hint: 'the package brings them, and "npm run build" makes them in a checkout; "aep-mock ctl status" needs none',
    status: 500,
    exit: 2,
  },
  EVENT_NOT_FOUND: {
    message: (d: { id: string }) => `no event ${show(d.id)} was published, as far as the journal reaches back`,
    hint: (d: { hint?: string }) =>
      d.hint ??
      '"aep-mock ctl deliveries" shows the latest; an event of a PIM that the mock does not play is never published',
    status: 404,
    exit: 2,
  },
  EVENT_FORGOTTEN: {
    message: (d: { id: string; deliveryId: string }) =>
      `the mock has forgotten the event ${show(d.id)} of the delivery ${d.deliveryId}: only the latest are kept`,
    hint: 'publish it anew: aep-mock trigger TYPE --file EVENT',
    status: 404,
    exit: 2,
  },
  DELIVERY_NOT_FOUND: {
    message: (d: { id: string }) => `there is no delivery ${show(d.id)}, as far as the journal reaches back`,
    hint: (d: { hint?: string }) => d.hint ?? '"aep-mock ctl deliveries" shows the latest with their ids: d1, d2…',
    status: 404,
    exit: 2,
  },
  // Tests
  EXPECTATION_FAILED: {
    message: (d: { reason: string; timeline: string }) => `${d.reason}\n\n${d.timeline}`,
    hint: 'the timeline says what happened instead, and how to have the same run again',
    status: 409,
    exit: 1,
  },
  WAIT_TIMEOUT: {
    message: (d: { reason: string; timeline: string }) => `${d.reason}\n\n${d.timeline}`,
    hint: 'the timeline says what happened meanwhile; timeoutMs waits longer',
    status: 409,
    exit: 1,
  },
  HANDLER_STYLE: {
    message: (d: { style: 'fetch' | 'opaque' | 'listener'; did: string }) =>
      d.style === 'listener'
        ? 'the handler was given the request and the response of Node, and returned a Response instead of using them'
        : `the handler ${d.style === 'opaque' ? 'has no parameters, ' : ''}was given a Request and ${d.did}`,
    hint: (d: { style: 'fetch' | 'opaque' | 'listener' }) =>
      d.style === 'opaque'
        ? 'if it wraps a Node listener, say so by its parameters: (req, res) => handler(req, res); a fetch-style handler returns a Response'
        : 'a function with one parameter is given a Request and returns a Response; one with two, or an Express app, is given a request and a response of Node: wrap yours into the one that it is',
    status: 400,
    exit: 2,
  },
  REENTRANT_CALL: {
    message: (d: { call: string }) => `${d.call} waits for the handlers, and one that has not answered calls it`,
    hint: 'answer first and call it afterwards, or call it from the test; publish(), generate(), publishNext() and subscribe() may be called from within a handler',
    status: 409,
    exit: 2,
  },
  SUBSCRIPTION_REFUSED: {
    message: (d: { reason: string }) => `the platform refuses the subscription: ${d.reason}`,
    hint: 'change what the message names; it is what an integration would have been told',
    status: 400,
    exit: 2,
  },
  // Snapshots
  SNAPSHOT_FOREIGN: {
    message: (_d: Record<string, never>) => 'the snapshot is not one of this mock',
    hint: 'restore it on the mock that took it, as long as that one runs; one of another mock cannot be taken over',
    status: 400,
    exit: 2,
  },
  SNAPSHOT_NOT_FOUND: {
    message: (d: { name?: string; known: readonly string[] }) =>
      d.name === undefined ? 'the mock has no snapshot to go back to' : `there is no snapshot ${show(d.name)}`,
    hint: (d: { known: readonly string[] }) =>
      Array.isArray(d.known) && d.known.length > 0
        ? `there are ${d.known.join(', ')}`
        : 'take one with "aep-mock ctl snapshot" or POST /_mock/snapshots',
    status: 404,
    exit: 2,
  },
  SNAPSHOT_LIMIT: {
    message: (d: { limit: number }) => `there are ${d.limit} snapshots, the most that are kept by name`,
    hint: 'delete one with DELETE /_mock/snapshots/{name}, or take it under a name that exists, which replaces it',
    status: 409,
    exit: 2,
  },
  ...requestErrors,
} satisfies Record<string, ErrorRow>;
