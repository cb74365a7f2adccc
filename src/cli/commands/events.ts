import { withoutIdentifier } from '../../core/envelope.ts';
import { createRng } from '../../core/rng.ts';
import { describeType, eventTypes, resolveTypes, shortName } from '../../events/catalog.ts';
import { table } from '../../narration/text.ts';
import type { CommandContext } from '../command.ts';

/** Samples show the same event every time, so that they can be compared and copied. */
const sampleSeed = 1;
const sampleTime = Date.UTC(2026, 0, 5, 8);

/** `aep-mock events`: the catalogue; with types a generated sample of each. Needs no running mock. */
export async function events(patterns: readonly string[], { render }: CommandContext): Promise<number> {
  if (patterns.length === 0) {
    if (render.format === 'json') {
      for (const type of eventTypes) {
        render.data(
          { type: 'event-type', name: type, shortName: shortName(type), description: describeType(type) },
          undefined,
        );
      }
    } else {
      render.data({ type: 'event-types' }, table(eventTypes.map((type) => [shortName(type), describeType(type)])));
    }
    return 0;
  }
  const types = [...new Set(patterns.flatMap((pattern) => resolveTypes(pattern)))];
  const { createGenerator } = await import('../../events/generator.ts');
  for (const type of types) {
    const generator = await createGenerator({ rng: createRng(sampleSeed), source: 'pim' });
    // As a subscription gets it that did not ask for product identifiers.
    const event = withoutIdentifier(generator.sample(type, sampleTime).event);
    render.data({ ...event }, JSON.stringify(event, undefined, 2));
  }
  return 0;
}
