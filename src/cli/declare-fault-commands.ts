import type { Command } from 'commander';
import { optionsOf } from '../config/option-table.ts';
import { valuesOf } from '../config/options.ts';
import { declareOptions } from './declare-options.ts';
import type { Flags, Run } from './program.ts';

/** How a rule is written; the same words are the keys of a rule in JSON. */
const grammar = `
A rule is words, key=value, separated by spaces:
  what happens, one of
    status=503             the attempt is answered so, without reaching the handler
    timeout | reset        no answer in time; a connection that is reset
      reached              with these three: the handler gets the request, and its answer is lost
    delay=2s               the attempt starts late
    corruptSignature | missingSignature | staleSecret
    oversizedBody=2000000  the body is padded to so many bytes
    duplicate[=2s]         the delivery is made again
    reorder=3              so many later deliveries go first
    activationDelay=1m     a created or updated subscription takes no events for so long
    apiStatus[=503] | apiDelay=2s   on the side of the management API
  to what
    type=product.*  subscription=ID  attempt=1       deliveries and attempts
    method=POST  path=/api/v1/subscribers            calls of the management API
  how often, one of; always otherwise
    first=2 | every=10 | probability=0.05
  name=NAME         to know it by
Of the rules for attempts, the first that fires decides.

  aep-mock ctl fault add 'status=503 first=2 type=product.updated'
  aep-mock ctl fault add 'timeout reached probability=0.01'`;

/** Adds `ctl fault add`, `list` and `clear`. */
export function declareFaultCommands(ctl: Command, run: Run): void {
  const fault = ctl.command('fault').description('inject failures into a running mock');
  declareOptions(fault.command('add').description('add rules behind those in force'), optionsOf.client)
    .argument('<rule...>', 'each rule; words without a kind belong to the rule before them')
    .addHelpText('after', grammar)
    .action((rules: string[], flags: Flags) =>
      run(optionsOf.client, flags, async (options, context) => {
        const { add } = await import('./commands/fault.ts');
        return add({ ...valuesOf(options), rules }, context);
      }),
    );
  declareOptions(fault.command('list').description('the rules in force, with their counts'), optionsOf.client).action(
    (flags: Flags) =>
      run(optionsOf.client, flags, async (options, context) => {
        const { list } = await import('./commands/fault.ts');
        return list(valuesOf(options), context);
      }),
  );
  declareOptions(fault.command('clear').description('take all rules away'), optionsOf.client).action((flags: Flags) =>
    run(optionsOf.client, flags, async (options, context) => {
      const { clear } = await import('./commands/fault.ts');
      return clear(valuesOf(options), context);
    }),
  );
}
