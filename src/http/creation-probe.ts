import type { DestinationConfig, TransportReason } from '../core/types.ts';
import { show } from '../errors.ts';
import type { ProbeResult } from '../runtime/destinations/port.ts';
import { failureWords } from '../runtime/transport-error.ts';
import { InvalidRequest } from './errors.ts';
import type { HttpContext } from './ports.ts';

/** What helps where the handler was not even asked; without an entry, and after an answer, the usual way out does. */
const waysOut: Partial<Record<TransportReason, string>> = {
  invalid_tls_handshake:
    'the handler does not speak TLS: use http:// with --allow-http, or relay with "aep-mock listen --forward-to URL"',
  invalid_certificate:
    'its certificate is not trusted: start the mock with --ca FILE that holds its authority, or with --insecure',
  connection_refused:
    'nothing listens there: is the handler running? If it is to start later, --profile 2026-09 does not ask',
  dns_lookup_failure: 'the name does not resolve: is it spelled as it should be?',
};
const usualWayOut =
  "answer HEAD with 200, or start the mock with --profile 2026-09 or --policy probe=none (in a test: policy: { probe: 'none' }), which do not ask";

/**
 * Asks a new https destination whether it is there, where the profile does (R10: HEAD has to be answered with 200), and throws the
 * validation failure that the platform would answer. That a changed URL is asked again is assumed: it is a new destination.
 */
export async function probeDestination(ctx: HttpContext, config: DestinationConfig): Promise<void> {
  if (config.type !== 'https' || ctx.policy.probe !== 'head') return;
  const result = await ctx.probe(config.url);
  if (result.kind === 'answered' && result.status === 200) return;
  throw new InvalidRequest([`config.url: ${problemOf(result, config.url)}`], ctx.policy.validationStatus);
}

function problemOf(result: ProbeResult, url: string): string {
  const request = `the HEAD request to ${show(url)}`;
  if (result.kind === 'refused') return `${result.message}; ${result.hint}`;
  if (result.kind === 'answered') {
    const because = result.message === undefined ? '' : ` (${oneLine(result.message)})`;
    const hint = result.hint === undefined ? '' : `${result.hint}; or `;
    return `${request} was answered with status ${result.status}${because}, and 200 is required; ${hint}${usualWayOut}`;
  }
  const { reason, message } = result;
  const failed = `${request} failed (${oneLine(reason ? failureWords({ reason, message }) : message)})`;
  const wayOut = reason && waysOut[reason];
  return wayOut ? `${failed}; ${wayOut}` : `${failed}, and 200 is required; ${usualWayOut}`;
}

/** What a library says may have line breaks in it, and more behind them than anybody wants to know. */
const oneLine = (message: string): string => message.trim().split(/\s*[\r\n]/)[0] ?? '';
