/** A destination's `config` between the API's form and the engine's, with what may be shown of it. */
import { isObject } from '../core/is-object.ts';
import { redacted } from '../core/redacted.ts';
import type { DestinationConfig } from '../core/types.ts';
import type { ConfigBody } from './destination-schemas.ts';
import type { SubscriptionBody } from './schemas.ts';

type Fields = Record<string, unknown>;

/** The engine's form of a checked body. */
export function configOf(body: SubscriptionBody): DestinationConfig {
  const headers = body.config.headers && { headers: body.config.headers };
  switch (body.type) {
    case 'https': {
      const { url, secret } = body.config;
      const secondary = secret.secondary !== undefined && { secondary: secret.secondary };
      return { type: 'https', url, secret: { primary: secret.primary, ...secondary }, ...headers };
    }
    case 'pubsub':
      return { type: 'pubsub', projectId: body.config.project_id, topicId: body.config.topic_id, ...headers };
    case 'kafka': {
      const { broker, topic, sasl_auth: sasl, tls } = body.config;
      const { mechanism, username, password, scram_variant } = sasl;
      const variant = mechanism === 'scram' && scram_variant && { scramVariant: scram_variant };
      return {
        type: 'kafka',
        broker,
        topic,
        saslAuth: { mechanism, username, password, ...variant },
        ...(tls && {
          tls: {
            serverName: tls.server_name,
            caPem: tls.ca_pem,
            clientCertPem: tls.client_cert_pem,
            clientKeyPem: tls.client_key_pem,
          },
        }),
        ...headers,
      };
    }
  }
}

/** The API's form, with every secret in clear. */
export function configBody(config: DestinationConfig): ConfigBody {
  const headers = config.headers && { headers: config.headers };
  switch (config.type) {
    case 'https':
      return { url: config.url, secret: config.secret, ...headers };
    case 'pubsub':
      return { project_id: config.projectId, topic_id: config.topicId, ...headers };
    case 'kafka': {
      const { mechanism, username, password, scramVariant } = config.saslAuth;
      const { tls } = config;
      return {
        broker: config.broker,
        topic: config.topic,
        sasl_auth: { mechanism, username, password, ...(scramVariant && { scram_variant: scramVariant }) },
        ...(tls && {
          tls: {
            server_name: tls.serverName,
            ca_pem: tls.caPem,
            client_cert_pem: tls.clientCertPem,
            client_key_pem: tls.clientKeyPem,
          },
        }),
        ...headers,
      };
    }
  }
}

/** What an answer shows: the names of custom headers and never their values, and secrets only where they are revealed. */
export function configView(config: DestinationConfig, { reveal }: { reveal: boolean }): ConfigBody {
  const body = configBody(config);
  const shown = body.headers ? { ...body, headers: redactAll(body.headers) } : body;
  if (reveal) return shown;
  if ('secret' in shown) return { ...shown, secret: { ...shown.secret, ...redactAll(shown.secret) } };
  if (!('sasl_auth' in shown)) return shown;
  const { sasl_auth: sasl, tls } = shown;
  return {
    ...shown,
    sasl_auth: { ...sasl, password: redacted },
    ...(tls && { tls: { ...tls, client_key_pem: redacted } }),
  };
}

const redactAll = (values: object): Record<string, string> =>
  Object.fromEntries(Object.keys(values).map((name) => [name, redacted]));

/**
 * What a PATCH makes of a stored config. Fields merge by name; `headers` and `secret` are replaced as a whole, or a header and a
 * retired secondary secret could never be removed, but the primary secret stays when it is not sent. What is sent back redacted is
 * what is stored.
 */
export function mergeConfig(config: DestinationConfig, sent: unknown): unknown {
  if (!isObject(sent)) return sent;
  const stored: Fields = configBody(config);
  const merged: Fields = { ...stored, ...restoreRedacted(sent, stored) };
  if (config.type === 'https' && isObject(merged.secret))
    merged.secret = { primary: config.secret.primary, ...merged.secret };
  for (const key of ['sasl_auth', 'tls']) {
    const [before, after] = [stored[key], merged[key]];
    if (isObject(before) && isObject(after)) merged[key] = { ...before, ...after };
  }
  return merged;
}

function restoreRedacted(sent: Fields, stored: Fields): Fields {
  return Object.fromEntries(
    Object.entries(sent).map(([key, value]) => {
      const before = Object.hasOwn(stored, key) ? stored[key] : undefined;
      if (value === redacted && typeof before === 'string') return [key, before];
      return [key, isObject(value) && isObject(before) ? restoreRedacted(value, before) : value];
    }),
  );
}
