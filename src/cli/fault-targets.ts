import type { Renderer } from './render.ts';

interface NamedFault {
  name: string;
  rule: { match: { subscription?: string | undefined } };
}

/** Warns of rules about a subscription that is not there: it may still be made, or the id may be wrong. */
export function warnOfUnknown(faults: readonly NamedFault[], known: readonly string[], render: Renderer): void {
  for (const { name, rule } of faults) {
    const { subscription } = rule.match;
    if (subscription !== undefined && !known.includes(subscription))
      render.warn(
        `the fault "${name}" waits for the subscription "${subscription}", which does not exist yet; a rule takes the whole id, see "aep-mock ctl status"`,
      );
  }
}
