import type { DestinationConfig } from '../core/types.ts';
import { show } from '../errors.ts';
import { InvalidRequest } from './errors.ts';
import type { HttpContext } from './ports.ts';

/**
 * Asks a new https destination whether it is there, where the profile does (R10: HEAD has to be answered with 200), and throws the
 * validation failure that the platform would answer. That a changed URL is asked again is assumed: it is a new destination.
 */
export async function probeDestination(ctx: HttpContext, config: DestinationConfig): Promise<void> {
  if (config.type !== 'https' || ctx.policy.probe !== 'head') return;
  const result = await ctx.probe(config.url);
  if (result.kind === 'answered' && result.status === 200) return;
  const refuse = (reason: string): Error => new InvalidRequest([`config.url: ${reason}`], ctx.policy.validationStatus);
  if (result.kind === 'refused') throw refuse(`${result.message}; ${result.hint}`);

  const seen = result.kind === 'answered' ? `was answered with status ${result.status}` : `failed (${result.message})`;
  throw refuse(
    `the HEAD request to ${show(config.url)} ${seen}, and 200 is required; ` +
      'answer HEAD with 200, or start the mock with --profile 2026-09, which does not ask',
  );
}
