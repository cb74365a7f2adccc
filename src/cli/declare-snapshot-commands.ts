import type { Command } from 'commander';
import { optionsOf } from '../config/option-table.ts';
import { valuesOf } from '../config/options.ts';
import { declareOptions } from './declare-options.ts';
import type { Flags, Run } from './program.ts';

const acts: Record<'snapshot' | 'restore', [description: string, name: string]> = {
  snapshot: ['take a snapshot of everything but the history; it stays in the mock', 'its name; s1, s2… unless given'],
  restore: ['go back to a snapshot; the history begins anew', 'its name; the latest unless given'],
};

/** Adds `ctl snapshot`, `restore` and `snapshots`. */
export function declareSnapshotCommands(ctl: Command, run: Run): void {
  for (const act of ['snapshot', 'restore'] as const) {
    const [description, name] = acts[act];
    declareOptions(ctl.command(act).description(description), optionsOf.client)
      .argument('[name]', name)
      .action((name: string | undefined, flags: Flags) =>
        run(optionsOf.client, flags, async (options, context) => {
          const commands = await import('./commands/snapshots.ts');
          return commands[act]({ ...valuesOf(options), name }, context);
        }),
      );
  }
  declareOptions(
    ctl.command('snapshots').description('the snapshots that the mock holds, the latest last'),
    optionsOf.client,
  ).action((flags: Flags) =>
    run(optionsOf.client, flags, async (options, context) => {
      const { list } = await import('./commands/snapshots.ts');
      return list(valuesOf(options), context);
    }),
  );
}
