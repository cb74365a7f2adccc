import { describe, expect, it } from 'vitest';
import { eventTypes } from '../../src/events/catalog.ts';
import { createTestApp } from './test-app.ts';

const document = async () => (await createTestApp().send('GET', '/openapi.json')).body;

describe('GET /openapi.json', () => {
  it('describes every endpoint that is routed, and nothing else', async () => {
    const { app } = createTestApp();
    const routed = app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    const { paths } = await document();
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual([...new Set(routed)].sort());
    expect(described).toHaveLength(19);
  });

  it('refers to nothing that is missing, and describes every path parameter', async () => {
    const { paths, components } = await document();
    const references = [...JSON.stringify(paths).matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name);
    expect(Object.keys(components.schemas)).toEqual(expect.arrayContaining(references));
    for (const [path, methods] of Object.entries<Record<string, { parameters?: { name: string; in: string }[] }>>(
      paths,
    )) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const { parameters = [] } of Object.values(methods))
        expect(parameters.flatMap(({ name, in: place }) => (place === 'path' ? [name] : []))).toEqual(named);
    }
  });

  it('carries the rules that are checked', async () => {
    const { SubscriptionCreation, SubscriberCreation } = (await document()).components.schemas;
    const [https, pubsub, kafka] = SubscriptionCreation.oneOf;
    expect(https.required).toEqual(['events', 'type', 'config']);
    expect(https.properties.events).toMatchObject({ minItems: 1, items: { enum: eventTypes } });
    expect(https.properties.source).toMatchObject({ enum: ['pim', 'benchmark'], default: 'pim' });
    const { url, secret, headers } = https.properties.config.properties;
    expect(url).toMatchObject({ format: 'uri', pattern: '^https://' });
    expect(secret.properties.primary).toMatchObject({ minLength: 16, maxLength: 256 });
    expect(secret.required).toEqual(['primary']);
    expect(headers).toMatchObject({ maxProperties: 5, additionalProperties: { pattern: expect.any(String) } });
    expect(pubsub.properties.config.required).toEqual(['project_id', 'topic_id']);
    expect(kafka.properties.config.required).toEqual(['broker', 'topic', 'sasl_auth']);
    expect(kafka.properties.config.properties.tls.required).toHaveLength(4);
    expect(SubscriberCreation.required).toEqual(['name', 'contact']);
    expect(SubscriberCreation.properties.contact.required).toEqual(['technical_email']);
  });
});
