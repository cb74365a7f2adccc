import type { Readable } from 'node:stream';
import { Command } from 'commander';
import { integer } from '../config/option-kind.ts';
import { type OptionName, optionsOf } from '../config/option-table.ts';
import { type Resolved, valuesOf } from '../config/options.ts';
import { fail } from '../errors.ts';
import { version } from '../version.ts';
import { collectAssignment } from './arguments.ts';
import type { CommandContext } from './command.ts';
import { declareClockCommands, declareControlCommands } from './declare-control-commands.ts';
import { declareFaultCommands } from './declare-fault-commands.ts';
import { declareOptions, settingsOf } from './declare-options.ts';
import { declarePubSubCommands } from './declare-pubsub-commands.ts';
import { declareRecordingCommands } from './declare-recording-commands.ts';
import { declareSnapshotCommands } from './declare-snapshot-commands.ts';
import type { Format } from './render.ts';
import { repeatLine } from './repeat-line.ts';

/** What the process offers to the commands. */
export interface ProgramHost {
  env: Record<string, string | undefined>;
  context(format: Format): CommandContext;
  /** Standard input. */
  stdin: Readable;
  /** Takes the exit code of the command that ran. */
  finished(exitCode: number): void;
}

export type Flags = Record<string, string | string[] | boolean | undefined>;
type Common = 'format' | 'config';

const number =
  (flag: string, min: number, max?: number) =>
  (text: string): number =>
    integer('n', min, max).parse([text], flag);

/** Builds the command line. The code of a command is loaded when it runs, so that `--help` costs nothing. */
export function createProgram(host: ProgramHost): Command {
  const program = new Command('aep-mock')
    .description('A local mock and relay of the Akeneo Event Platform: signed events on localhost.')
    .version(version)
    // What stands behind the command of exec is that command's, dashes or not.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ outputError: () => {} });

  /** Resolves a command's settings, runs it and keeps its exit code. */
  async function run<Name extends OptionName>(
    names: readonly (Name | Common)[],
    flags: Flags,
    command: (options: Resolved<Name | Common>, context: CommandContext, file: string | undefined) => Promise<number>,
  ): Promise<void> {
    const { options, file } = settingsOf(names, flags, host.env);
    host.finished(await command(options, host.context(options.format.value as Format), file));
  }

  declareOptions(program.command('start').description('run the mock'), optionsOf.start)
    .option('--print-config', 'print every option and where its value comes from, and exit')
    .action((flags: Flags) =>
      run(optionsOf.start, flags, async (options, context, file) => {
        if (flags.printConfig === true) {
          const { printConfig } = await import('./print-config.ts');
          printConfig(options, file, context.render);
          return 0;
        }
        const { start } = await import('./commands/start.ts');
        return start({ ...valuesOf(options), repeat: repeatLine('start', optionsOf.start, flags) }, context);
      }),
    );

  declareOptions(
    program.command('exec').description('run a command with a mock of its own, and pass its exit code on'),
    optionsOf.exec,
  )
    .argument('[command...]', 'the command with its arguments, behind --')
    .passThroughOptions()
    .action((command: string[], flags: Flags) =>
      run(optionsOf.exec, flags, async (options, context) => {
        const { exec } = await import('./commands/exec.ts');
        // The fixed port is for people who type it.
        const port = options.port.from === 'default' ? 0 : options.port.value;
        const repeat = repeatLine('exec', optionsOf.exec, flags, command);
        return exec({ ...valuesOf(options), port, command, env: host.env, repeat }, context);
      }),
    );

  declareOptions(
    program.command('listen').description('relay deliveries to a handler on localhost'),
    optionsOf.listen,
  ).action((flags: Flags) =>
    run(optionsOf.listen, flags, async (options, context) => {
      const { listen } = await import('./commands/listen.ts');
      // A secret is sent only when somebody chose one: the mock may have one of its own.
      const { from, value } = options.webhookSecret;
      return listen({ ...valuesOf(options), webhookSecret: from === 'default' ? undefined : value }, context);
    }),
  );

  declareOptions(program.command('trigger').description('generate events and publish them'), optionsOf.client)
    .argument('[type...]', 'event types: product.updated, product.*, or full names')
    .option('--count <n>', 'how many of each type', number('--count', 1, 10_000), 1)
    .option(
      '--set <path=value>',
      'a value to put into the event, for example data.product.uuid=… (repeatable)',
      collectAssignment,
    )
    .option('--file <file>', 'publish the event, the events or the data of this JSON file instead')
    .option(
      '--seed <n>',
      'generate from a PIM of their own, the same one for the same number',
      number('--seed', Number.MIN_SAFE_INTEGER),
    )
    .option('--as <type:name>', 'the author, for example user:julia')
    .action(
      (
        types: string[],
        flags: Flags & { count: number; set?: Record<string, unknown>; seed?: number; file?: string; as?: string },
      ) =>
        run(optionsOf.client, flags as Flags, async (options, context) => {
          const { count, set = {}, file, seed, as } = flags;
          if (types.length === 0 && file === undefined) {
            throw fail('MISSING_OPTION', {
              command: 'trigger',
              option: 'an event type',
              example: 'aep-mock trigger product.updated',
            });
          }
          const { trigger } = await import('./commands/trigger.ts');
          return trigger({ ...valuesOf(options), types, count, set, file, seed, as }, context);
        }),
    );

  declareRecordingCommands(program, host, run);

  addCtl(program.command('ctl').description('look into a running mock from another terminal'), run);

  declareOptions(
    program.command('events').description('list the event types; with TYPE, show a sample'),
    optionsOf.offline,
  )
    .argument('[type...]', 'event types: product.updated, product.*, or full names')
    .action((types: string[], flags: Flags) =>
      run(optionsOf.offline, flags, async (_options, context) => {
        const { events } = await import('./commands/events.ts');
        return events(types, context);
      }),
    );

  declareOptions(
    program.command('profile').description('print the rules that the mock follows, with their sources'),
    optionsOf.offline,
  ).action((flags: Flags) =>
    run(optionsOf.offline, flags, async (_options, context) => {
      const { profile } = await import('./commands/profile.ts');
      return profile(context);
    }),
  );

  return program;
}

/** Resolves a command's settings, runs it and keeps its exit code. */
export type RunCommand = <Name extends OptionName>(
  names: readonly (Name | Common)[],
  flags: Flags,
  command: (options: Resolved<Name | Common>, context: CommandContext, file: string | undefined) => Promise<number>,
) => Promise<void>;

/** Runs a command that is a thin client of a running mock. */
export type Run = (
  names: typeof optionsOf.client,
  flags: Flags,
  command: (options: Resolved<(typeof optionsOf.client)[number]>, context: CommandContext) => Promise<number>,
) => Promise<void>;

function addCtl(ctl: Command, run: Run): void {
  declareClockCommands(ctl, run);
  declareControlCommands(ctl, run);
  declareFaultCommands(ctl, run);
  declarePubSubCommands(ctl, run);
  declareSnapshotCommands(ctl, run);
  declareOptions(ctl.command('status').description('counters, subscriptions and tunnels'), optionsOf.client)
    .option('--limit <n>', 'how many subscriptions and tunnels are shown', number('--limit', 1))
    .action((flags: Flags & { limit?: number }) =>
      run(optionsOf.client, flags as Flags, async (options, context) => {
        const { status } = await import('./commands/ctl.ts');
        return status({ ...valuesOf(options), limit: flags.limit }, context);
      }),
    );
  declareOptions(ctl.command('deliveries').description('the latest deliveries, newest first'), optionsOf.client)
    .option('--subscription <id>', 'only of this subscription')
    .option('--event <id>', 'only of this event')
    .option('--state <state>', 'only in this state: queued, in_flight, scheduled, delivered, dropped, discarded')
    .option('--limit <n>', 'how many', number('--limit', 1, 10_000))
    .action((flags: Flags & { subscription?: string; event?: string; state?: string; limit?: number }) =>
      run(optionsOf.client, flags as Flags, async (options, context) => {
        const { subscription, event, state, limit } = flags;
        const { deliveries } = await import('./commands/ctl.ts');
        return deliveries({ ...valuesOf(options), subscription, event, state, limit }, context);
      }),
    );
  declareOptions(
    ctl.command('outbox').description('the e-mails that the platform would have sent, newest first'),
    optionsOf.client,
  ).action((flags: Flags) =>
    run(optionsOf.client, flags, async (options, context) => {
      const { outbox } = await import('./commands/outbox.ts');
      return outbox(valuesOf(options), context);
    }),
  );
  declareOptions(ctl.command('reset').description('everything as it was at the start'), optionsOf.client).action(
    (flags: Flags) =>
      run(optionsOf.client, flags, async (options, context) => {
        const { reset } = await import('./commands/ctl.ts');
        return reset(valuesOf(options), context);
      }),
  );
}
