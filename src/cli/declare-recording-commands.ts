import type { Command } from 'commander';
import { fraction, integer } from '../config/option-kind.ts';
import { type OptionName, optionsOf, specOf } from '../config/option-table.ts';
import { valuesOf } from '../config/options.ts';
import { fail } from '../errors.ts';
import { shellWord } from '../narration/shell-word.ts';
import type { ReplayWishes } from '../recordings/replay-selection.ts';
import { collectList } from './arguments.ts';
import { declareOptions } from './declare-options.ts';
import type { Flags, ProgramHost, RunCommand } from './program.ts';

type ReplayFlags = Omit<ReplayWishes, 'loop' | 'shuffle'> & {
  loop?: number | true;
  shuffle?: number | true;
  seed?: number;
  skipBad?: true;
  resign?: true;
};

/** So many that follow one another are drawn from, unless it is said. */
const shuffledAmong = 100;

const diffOptions = ['token', ...optionsOf.offline] as const;

const whole =
  (flag: string, least: number) =>
  (text: string): number =>
    integer('n', least).parse([text], flag);

/** Adds `record`, `replay` and `diff`. */
export function declareRecordingCommands(program: Command, host: ProgramHost, run: RunCommand): void {
  declareOptions(
    program.command('record').description('receive deliveries of the real platform and write them down'),
    optionsOf.record,
  ).action((flags: Flags) =>
    run(optionsOf.record, flags, async (options, context) => {
      const { record } = await import('./commands/record.ts');
      return record(valuesOf(options), context);
    }),
  );

  declareOptions(program.command('replay').description('publish recorded events'), optionsOf.client)
    .argument(
      '<file...>',
      'NDJSON, plain or gzip: an event or a capture record a line; or a JSON array; - is standard input',
    )
    .option('--types <types>', 'only events of these types', collectList)
    .option('--filter <expression>', 'only events that a subscription with this filter gets: user_type = "api"')
    .option('--from <time>', 'only what was recorded at this time or later, as RFC 3339')
    .option('--to <time>', 'and not later than this')
    .option('--limit <n>', 'at most so many events, those of --skip included', whole('--limit', 1))
    .option(
      '--skip <n>',
      'pass over so many of the events that would be published: goes on where a replay ended',
      whole('--skip', 0),
    )
    .option(
      '--speed <speed>',
      "real: as recorded; 10x: ten times as fast; max (default): as fast as can be; on the mock's clock",
    )
    .option('--shift-time <time>', 'move the times of the events so that the first has this one: now, or RFC 3339')
    .option('--keep-ids', 'publish under the recorded ids instead of new ones')
    .option('--resign', 'sign the events anew for each subscription (default)')
    .option('--exact', 'send the recorded deliveries with their very bytes and headers instead of signing anew')
    .option(
      '--shuffle [n]',
      `draw each event at random out of n that follow one another (${shuffledAmong})`,
      whole('--shuffle', 1),
    )
    .option('--duplicates <share>', 'share of the events that come twice, from 0 to 1', (text) =>
      fraction(0, 1).parse([text], '--duplicates'),
    )
    .option('--loop [n]', 'go through the recordings n times; without n until ^C', whole('--loop', 1))
    .option(
      '--seed <n>',
      'number that makes --shuffle and --duplicates repeatable',
      whole('--seed', Number.MIN_SAFE_INTEGER),
    )
    .option('--skip-bad', 'go on without the lines that hold no event')
    .action((files: string[], flags: ReplayFlags) =>
      run(optionsOf.client, flags as Flags, async (options, context) => {
        const { replay } = await import('./commands/replay.ts');
        const { skipBad = false, seed, loop, shuffle, resign, ...rest } = flags;
        if (resign && rest.exact) throw fail('CONFLICTING_OPTIONS', { options: ['--resign', '--exact'] });
        const wishes: ReplayWishes = {
          ...rest,
          loop: loop === true ? Number.POSITIVE_INFINITY : loop,
          shuffle: shuffle === true ? shuffledAmong : shuffle,
        };
        const repeat = (changed: Record<string, number>): string => commandLine(files, { ...flags, ...changed });
        return replay({ ...wishes, ...valuesOf(options), files, input: host.stdin, skipBad, seed, repeat }, context);
      }),
    );

  declareOptions(program.command('diff').description('compare two recordings or journals by event id'), diffOptions)
    .argument(
      '<a>',
      'NDJSON, plain or gzip: events, capture records, or the journal of a mock; the URL of a running mock is its journal; - is standard input',
    )
    .argument('<b>', 'what it is compared with')
    .option('--ignore <path>', 'a field that may differ: time, data.author, data.*.updated (repeatable)', collectList)
    .option('--any-order', 'the order does not matter')
    .option('--limit <n>', 'how many differences of each kind are shown (20)', whole('--limit', 0))
    .action(
      (
        a: string,
        b: string,
        flags: Omit<Flags, 'ignore' | 'limit'> & { ignore?: string[]; limit?: number; anyOrder?: true },
      ) =>
        run(diffOptions, flags as Flags, async (options, context) => {
          const { diff } = await import('./commands/diff.ts');
          const { ignore = [], limit, anyOrder } = flags;
          const wishes = { ignore, limit, anyOrder: anyOrder === true };
          return diff({ a, b, ...wishes, token: options.token.value, input: host.stdin }, context);
        }),
    );
}

/** The command line with these flags. A secret is left to whoever has it. */
function commandLine(files: readonly string[], flags: Record<string, unknown>): string {
  const words = Object.entries(flags).flatMap(([name, value]) => {
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (value === undefined || value === false) return [];
    if (value === true) return [flag];
    const isSecret =
      (optionsOf.client as readonly string[]).includes(name) && specOf(name as OptionName).secret === true;
    return [flag, isSecret ? 'SECRET' : String(value)];
  });
  return ['aep-mock', 'replay', ...files.map(operand), ...words].map(shellWord).join(' ');
}

/** A name that begins with a dash would be taken for an option; `-` alone is standard input. */
const operand = (file: string): string => (file.startsWith('-') && file.length > 1 ? `./${file}` : file);
