import { type Command, Option } from 'commander';
import { integer } from '../config/option-kind.ts';
import { optionsOf } from '../config/option-table.ts';
import { valuesOf } from '../config/options.ts';
import { type ResendMode, resendModes } from '../core/resend.ts';
import { declareOptions } from './declare-options.ts';
import type { Flags, Run } from './program.ts';

const transitions = {
  suspend: 'suspend a subscription; what is queued is lost, and so is what is published meanwhile',
  resume: 'resume a suspended subscription, with a fresh window and rate',
  revoke: 'revoke a subscription, for good',
} as const;

/** Adds `ctl why` and the commands that change subscriptions and connections from outside. */
export function declareControlCommands(ctl: Command, run: Run): void {
  declareOptions(ctl.command('why').description('where an event is, or why it was not delivered'), optionsOf.client)
    .argument('<event>', 'its id, or the beginning or end of it')
    .argument('[subscription]', 'only for this subscription')
    .action((event: string, subscription: string | undefined, flags: Flags) =>
      run(optionsOf.client, flags, async (options, context) => {
        const { why } = await import('./commands/why.ts');
        return why({ ...valuesOf(options), event, subscription }, context);
      }),
    );
  declareOptions(
    ctl.command('timeline').description('what happened so far, and how to have the same run again'),
    optionsOf.client,
  ).action((flags: Flags) =>
    run(optionsOf.client, flags, async (options, context) => {
      const { timeline } = await import('./commands/timeline.ts');
      return timeline(valuesOf(options), context);
    }),
  );
  declareOptions(
    ctl.command('resend').description('send a delivery again, to the same subscription, whatever became of it'),
    optionsOf.client,
  )
    .argument(
      '<id>',
      "the delivery's id; or that of an event, or its beginning or end: to each subscription that has had it",
    )
    .addOption(
      new Option('--as <what>', 'as the same event, as an injected duplicate of it, or as a new event with its content')
        .choices(resendModes)
        .default('itself'),
    )
    .action((id: string, flags: Flags & { as: ResendMode }) =>
      run(optionsOf.client, flags, async (options, context) => {
        const { resend } = await import('./commands/resend.ts');
        return resend({ ...valuesOf(options), id, as: flags.as }, context);
      }),
    );
  for (const [what, description] of Object.entries(transitions) as [keyof typeof transitions, string][]) {
    declareOptions(ctl.command(what).description(description), optionsOf.client)
      .argument('<id>', "the subscription's id, or the beginning or end of it")
      .addOption(new Option('--by <who>', 'who does it').choices(['system', 'user']).default('system'))
      .action((id: string, flags: Flags & { by: 'system' | 'user' }) =>
        run(optionsOf.client, flags, async (options, context) => {
          const { transition } = await import('./commands/transitions.ts');
          return transition({ ...valuesOf(options), id, by: flags.by, what }, context);
        }),
      );
  }
  declareOptions(
    ctl
      .command('remove-connection')
      .description('remove a connection or app from the PIM: what it subscribed is revoked'),
    optionsOf.client,
  )
    .argument('<client-id>', 'its client id')
    .action((clientId: string, flags: Flags) =>
      run(optionsOf.client, flags, async (options, context) => {
        const { removeConnection } = await import('./commands/transitions.ts');
        return removeConnection({ ...valuesOf(options), clientId }, context);
      }),
    );
  const permission = ctl
    .command('permission')
    .description('grant or withdraw the "Event Platform" permission of a connection');
  declareOptions(permission, optionsOf.client)
    .argument('<client-id>', 'its client id')
    .addArgument(permission.createArgument('<on|off>', 'granted or withdrawn').choices(['on', 'off']))
    .action((clientId: string, state: 'on' | 'off', flags: Flags) =>
      run(optionsOf.client, flags, async (options, context) => {
        const { permission: change } = await import('./commands/transitions.ts');
        return change({ ...valuesOf(options), clientId, granted: state === 'on' }, context);
      }),
    );
}

/** Adds the commands that look at the clock and move it. */
export function declareClockCommands(ctl: Command, run: Run): void {
  declareOptions(
    ctl.command('clock').description('what time it is for the mock, and what comes due next'),
    optionsOf.client,
  ).action((flags: Flags) =>
    run(optionsOf.client, flags, async (options, context) => {
      const { clock } = await import('./commands/clock.ts');
      return clock(valuesOf(options), context);
    }),
  );
  declareOptions(ctl.command('advance').description('move virtual time forward, timer by timer'), optionsOf.client)
    .argument('<duration>', 'how far: 90s, 5m, 1h30m')
    .action((by: string, flags: Flags) =>
      run(optionsOf.client, flags, async (options, context) => {
        const { advance } = await import('./commands/clock.ts');
        return advance({ ...valuesOf(options), by }, context);
      }),
    );
  declareOptions(ctl.command('next').description('move virtual time to the next timer'), optionsOf.client).action(
    (flags: Flags) =>
      run(optionsOf.client, flags, async (options, context) => {
        const { next } = await import('./commands/clock.ts');
        return next(valuesOf(options), context);
      }),
  );
  declareOptions(ctl.command('run-until-idle').description('run timers until none is left'), optionsOf.client)
    .option('--limit <n>', 'at most so many timers', (text) => integer('n', 1, 1_000_000).parse([text], '--limit'))
    .action((flags: Flags & { limit?: number }) =>
      run(optionsOf.client, flags as Flags, async (options, context) => {
        const { runUntilIdle } = await import('./commands/clock.ts');
        return runUntilIdle({ ...valuesOf(options), limit: flags.limit }, context);
      }),
    );
  declareOptions(
    ctl.command('drain').description('wait until everything that can be sent has been sent and answered'),
    optionsOf.client,
  )
    .option('--timeout <duration>', 'at most so long, in real time: 30s, 5m (default: 30s)')
    .action((flags: Flags & { timeout?: string }) =>
      run(optionsOf.client, flags, async (options, context) => {
        const { drain } = await import('./commands/clock.ts');
        return drain({ ...valuesOf(options), timeout: flags.timeout }, context);
      }),
    );
}
