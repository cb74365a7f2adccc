import { createHmac } from 'node:crypto';
import { bodyFor, sealEvent, withoutIdentifier } from '../core/envelope.ts';
import { userAgent } from '../core/user-agent.ts';
import type { GeneratedEvent } from './requests.ts';
import { type ScenarioName, scenarios } from './scenarios.ts';

/** The secrets that the captured deliveries are signed with, so that they can be verified. */
export const fixtureSecrets = { primary: 'fixture-secret-0123456789', secondary: 'fixture-secret-9876543210' };

/** The subscription that the captured deliveries went to. */
const subscriptionId = '019b8d2b-8c00-7000-8000-000000000001';

// A recording is what a subscription got, and by default it gets no identifiers.
const eventLine = ({ event }: GeneratedEvent): string => JSON.stringify(withoutIdentifier(event));

/** The delivery of an event as `record` writes it: exact body, headers beside it. */
function captureLine({ event, correlationId }: GeneratedEvent): string {
  // A UUIDv7 begins with its milliseconds; `time` has none.
  const publishedAt = Number.parseInt(event.id.slice(0, 13).replace('-', ''), 16);
  const body = bodyFor(sealEvent(event, publishedAt, correlationId), subscriptionId, false);
  const sign = (secret: string): string => createHmac('sha256', secret).update(body).digest('hex');
  const headers = {
    'content-type': 'application/json',
    'user-agent': userAgent,
    'x-akeneo-signature-primary': sign(fixtureSecrets.primary),
    'x-akeneo-signature-secondary': sign(fixtureSecrets.secondary),
    'x-akeneo-signature-algorithm': 'HmacSHA256',
    'x-correlation-id': correlationId,
  };
  return JSON.stringify({ received_at: new Date(publishedAt).toISOString(), headers, body });
}

/** How each recording is written: plain events, or the deliveries that somebody captured. */
const lineOf: Record<ScenarioName, (made: GeneratedEvent) => string> = {
  'product-launch': eventLine,
  'mass-edit': eventLine,
  'nightly-import': captureLine,
  'mixed-day': eventLine,
};

/** The text of one recording as it stands in `fixtures/`, NDJSON. */
export async function fixtureText(name: ScenarioName): Promise<string> {
  const events = await scenarios[name]();
  return events.map((made) => `${lineOf[name](made)}\n`).join('');
}
