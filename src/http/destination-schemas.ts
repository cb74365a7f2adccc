import { z } from '@hono/zod-openapi';
import { isHostPort } from '../core/host-port.ts';
import { isNestedDeeper, mostLevels } from '../core/is-nested-deeper.ts';
import { isObject } from '../core/is-object.ts';
import { show } from '../errors.ts';
import { urlProblem } from './destination-url.ts';

/** Runs a rule over several fields even when one of them breaks a rule of its own, so that every problem is reported at once. */
export const whenObject = (payload: { value: unknown }): boolean => isObject(payload.value);

/** The arguments of a refinement: a value of any shape can be serialised again. */
export const boundedNesting = [
  (value: unknown): boolean => !isNestedDeeper(value),
  { error: `must be nested at most ${mostLevels} levels deep`, abort: true },
] as const;

/** Text of a length. The message shows the length and not the text, which may be a secret. */
function textOf(min: number, max: number): z.ZodString {
  // Whole characters, as the schema counts them.
  const error = (issue: { input?: unknown }): string =>
    `must be ${min} to ${max} characters, got ${[...String(issue.input)].length}`;
  return z.string().min(min, { error }).max(max, { error });
}

export const secretText = (): z.ZodString => textOf(16, 256);
/** Text that says something. */
export const requiredText = (): z.ZodString =>
  z.string().regex(/\S/, { error: ({ input }) => `must not be ${input === '' ? 'empty' : 'blank'}` });

/** A URL that events or notifications may go to. */
export function destinationUrl(allowHttp: boolean): z.ZodString {
  return z
    .string()
    .refine((text) => urlProblem(text, allowHttp) === undefined, {
      error: (issue) => urlProblem(String(issue.input), allowHttp) ?? '',
    })
    .openapi({
      format: 'uri',
      pattern: allowHttp ? '^https?://' : '^https://',
      example: 'https://localhost:3000/webhooks',
    });
}

const headerName = /^[A-Za-z0-9-]{1,128}$/;
const refusedHeaders = ['content-type', 'user-agent', 'x-correlation-id', 'host', 'authorization', 'cookie'];
const refusedPrefix = 'x-akeneo-signature-';
/**
 * Assumed to be refused, too: headers that frame a message or belong to one connection (RFC 9110, 7.6.1). Sent along, they would break
 * the request.
 */
const framingHeaders = new Set(
  'content-length transfer-encoding connection keep-alive te trailer upgrade expect'.split(' '),
);
const framingPrefix = 'proxy-';
const maxHeaders = 5;

function nameProblem(name: string): string | undefined {
  const lower = name.toLowerCase();
  if (refusedHeaders.includes(lower) || lower.startsWith(refusedPrefix))
    return 'this header is set by the platform and cannot be a custom one';
  if (framingHeaders.has(lower) || lower.startsWith(framingPrefix))
    return 'this header belongs to the connection and cannot be a custom one';
  return undefined;
}

/** Names that are the same to HTTP, which does not tell upper from lower case. */
function sameNames(headers: object): string[] {
  const byLower = new Map<string, string[]>();
  for (const name of Object.keys(headers)) {
    const lower = name.toLowerCase();
    byLower.set(lower, [...(byLower.get(lower) ?? []), name]);
  }
  return [...byLower.values()].find((names) => names.length > 1) ?? [];
}

/** Custom headers of a destination. Values may be secrets, so no message shows one. */
const headers = z
  .record(
    z
      .string()
      .regex(headerName, { error: 'a header name must be 1 to 128 letters, digits and hyphens' })
      .refine((name) => nameProblem(name) === undefined, { error: ({ input }) => nameProblem(String(input)) ?? '' }),
    z.string().regex(/^[\x20-\x7e]{0,256}$/, { error: 'must be at most 256 printable ASCII characters' }),
  )
  .refine((map) => Object.keys(map).length <= maxHeaders, {
    error: (issue) => `must have at most ${maxHeaders} headers, got ${Object.keys(issue.input as object).length}`,
    when: whenObject,
  })
  .refine((map) => sameNames(map).length === 0, {
    error: (issue) => `${sameNames(issue.input as object).join(' and ')} are the same header`,
    when: whenObject,
  })
  .openapi({
    maxProperties: maxHeaders,
    description: `Names match ${headerName.source}. Refused: ${[...refusedHeaders, ...framingHeaders].join(', ')}, and names that begin with ${refusedPrefix} or ${framingPrefix}`,
    example: { 'X-Tenant': 'blue' },
  });

const saslAuth = z
  .object({
    mechanism: z.enum(['plain', 'scram']),
    username: requiredText(),
    password: requiredText(),
    scram_variant: z
      .enum(['sha-256', 'sha-512'])
      .optional()
      .openapi({ description: 'Required when the mechanism is scram' }),
  })
  .refine((auth) => auth.mechanism !== 'scram' || auth.scram_variant !== undefined, {
    path: ['scram_variant'],
    error: 'is required when the mechanism is scram: one of "sha-256", "sha-512"',
    when: whenObject,
  });

const pem = (): z.ZodString => requiredText().openapi({ example: '-----BEGIN CERTIFICATE-----…' });

/** A Google Cloud project (cloud.google.com/resource-manager/docs/creating-managing-projects), with its domain where it has one. */
export const projectId = z
  .string()
  .regex(/^(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/, {
    error: ({ input }) =>
      `must be 6 to 30 lower-case letters, digits and hyphens, from a letter to a letter or digit, got ${show(input)}`,
  })
  .openapi({ example: 'my-project' });

/** A Pub/Sub topic (cloud.google.com/pubsub/docs/pubsub-basics#resource_names). */
export const topicId = z
  .string()
  .regex(/^(?!goog)[A-Za-z][A-Za-z0-9._~%+-]{2,254}$/, {
    error: ({ input }) =>
      `must be 3 to 255 letters, digits and any of ._~%+-, beginning with a letter and not with "goog", got ${show(input)}`,
  })
  .openapi({ example: 'pim-events' });

/** A Kafka topic (kafka.apache.org, `Topic.validate`). Brokers answer another name only when something is published to it. */
const kafkaTopic = z
  .string()
  .regex(/^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/, {
    error: ({ input }) =>
      `must be 1 to 249 letters, digits and any of ._-, and neither "." nor "..", got ${show(input)}`,
  })
  .openapi({ example: 'pim-events' });

/** The `config` of each type of destination. */
export function destinationSchemas(allowHttp: boolean) {
  return {
    https: z.object({
      url: destinationUrl(allowHttp),
      secret: z.object({ primary: secretText(), secondary: secretText().optional() }),
      headers: headers.optional(),
    }),
    pubsub: z.object({ project_id: projectId, topic_id: topicId, headers: headers.optional() }),
    kafka: z.object({
      broker: z
        .string()
        .refine(isHostPort, { error: (issue) => `must be host:port, got ${show(issue.input)}` })
        .openapi({ example: 'kafka.example.com:9092' }),
      topic: kafkaTopic,
      sasl_auth: saslAuth,
      tls: z
        .object({ server_name: requiredText(), ca_pem: pem(), client_cert_pem: pem(), client_key_pem: pem() })
        .optional(),
      headers: headers.optional(),
    }),
  };
}

export type DestinationSchemas = ReturnType<typeof destinationSchemas>;
export type DestinationType = keyof DestinationSchemas;
/** The `config` of a destination in the API's own form. */
export type ConfigBody<Type extends DestinationType = DestinationType> = z.output<DestinationSchemas[Type]>;
