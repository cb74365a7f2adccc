import { type AepMockError, fail } from '../errors.ts';
import { resolveTypes } from '../events/catalog.ts';
import { type HelloFrame, relayProtocol } from './frames.ts';
import { printable } from './printable.ts';

const longestText = 2_048;
const mostNames = 1_000;
/** As the management API has it (contract, management API: https config). */
const secretLength = { least: 16, most: 256 };

/**
 * The hello as the hub takes it, with what is shown of it made printable.
 * @throws RELAY_HELLO naming what is wrong, UNKNOWN_EVENT_TYPE
 */
export function checkHello(hello: HelloFrame | undefined): HelloFrame {
  if (!hello) throw fail('RELAY_HELLO', { reason: 'the first frame is not a complete hello' });
  const { protocol, claim, ensure } = hello;
  if (protocol !== relayProtocol) {
    const reason = `it speaks version ${protocol} of the relay protocol, this one speaks ${relayProtocol}`;
    throw fail('RELAY_HELLO', { reason });
  }
  checkTexts('client', [hello.client]);
  checkTexts('session', [hello.session]);
  checkTexts('forward_to', [hello.forward_to]);
  if (claim.kind === 'ids') checkTexts('claim.ids', claim.ids);
  if (claim.kind === 'url') checkTexts('claim.prefix', [claim.prefix]);
  if (ensure?.events) {
    checkTexts('ensure.events', ensure.events);
    if (ensure.events.length === 0)
      throw refused('ensure.events names no event type', 'name one, or give null for all');
    for (const pattern of ensure.events) resolveTypes(pattern);
  }
  if (ensure?.secret !== undefined) checkSecret(ensure.secret);
  return { ...hello, client: printable(hello.client), forward_to: printable(hello.forward_to) };
}

function checkTexts(field: string, texts: readonly string[]): void {
  if (texts.length > mostNames)
    throw refused(`${field} has ${texts.length} entries`, `the relay takes up to ${mostNames}`);
  const long = texts.find((text) => text.length > longestText);
  if (long !== undefined)
    throw refused(`${field} is ${long.length} characters long`, `the relay takes up to ${longestText}`);
}

/** The message shows the length and not the secret. */
function checkSecret({ length }: string): void {
  const { least, most } = secretLength;
  if (length < least || length > most)
    throw refused(`ensure.secret is ${length} characters long`, `a secret has ${least} to ${most} characters`);
}

const refused = (reason: string, hint: string): AepMockError => fail('RELAY_HELLO', { reason, hint });
