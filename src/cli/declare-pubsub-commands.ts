import type { Command } from 'commander';
import { optionsOf } from '../config/option-table.ts';
import { valuesOf } from '../config/options.ts';
import { declareOptions } from './declare-options.ts';
import type { Flags, Run } from './program.ts';

const changes = {
  grant: 'let the platform publish to a topic',
  revoke: 'take that right away: the next publication suspends its subscription',
} as const;

/** Adds `ctl pubsub grant`, `revoke` and `list`: the rights that emulators do not keep. */
export function declarePubSubCommands(ctl: Command, run: Run): void {
  const pubsub = ctl.command('pubsub').description("the platform's right to publish to Pub/Sub topics");
  for (const [what, description] of Object.entries(changes) as [keyof typeof changes, string][]) {
    declareOptions(pubsub.command(what).description(description), optionsOf.client)
      .argument('<topic>', 'projects/PROJECT/topics/TOPIC')
      .action((topic: string, flags: Flags) =>
        run(optionsOf.client, flags, async (options, context) => {
          const { change } = await import('./commands/pubsub.ts');
          return change({ ...valuesOf(options), topic, what }, context);
        }),
      );
  }
  declareOptions(
    pubsub.command('list').description('the topics, and whether they may be published to'),
    optionsOf.client,
  ).action((flags: Flags) =>
    run(optionsOf.client, flags, async (options, context) => {
      const { list } = await import('./commands/pubsub.ts');
      return list(valuesOf(options), context);
    }),
  );
}
