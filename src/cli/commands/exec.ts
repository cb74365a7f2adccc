import { isatty } from 'node:tty';
import { fail } from '../../errors.ts';
import type { Mock } from '../../mock.ts';
import { type CommandContext, type EndSignal, endSignals, exitCodeOf, type Signal } from '../command.ts';
import { type LaunchOptions, launch } from '../launch.ts';
import { runChild } from '../run-child.ts';

export interface ExecCommandOptions extends LaunchOptions {
  /** The program and its arguments. */
  command: string[];
  /** The environment that it is to have besides what tells of the mock. */
  env: Record<string, string | undefined>;
}

/** `aep-mock exec -- CMD`: runs a command with a mock of its own. Standard output is the command's. */
export async function exec(options: ExecCommandOptions, { render, onSignal }: CommandContext): Promise<number> {
  const [program, ...args] = options.command;
  if (program === undefined)
    throw fail('MISSING_OPTION', { command: 'exec', option: 'a command', example: 'aep-mock exec -- npm test' });
  let asked: EndSignal | undefined;
  /** Those that came before there was anybody to pass them on to. */
  const early: Signal[] = [];
  let passOn = (signal: Signal): void => void early.push(signal);
  const release = onSignal((signal) => {
    if (isEnd(signal)) asked ??= signal;
    passOn(signal);
  });
  try {
    const { mock, close } = await launch(options, render);
    try {
      if (asked) return exitCodeOf(asked);
      render.warn(`a mock runs on ${mock.url}, seed ${mock.seed}`);
      const end = await runChild({
        command: [program, ...args],
        env: { ...options.env, ...environmentOf(mock, options) },
        started: (child) => {
          passOn = (signal) => {
            if (!reachesChildren(signal)) child.kill(signal);
          };
          for (const signal of early) passOn(signal);
        },
      });
      // Whoever interrupts a run knows why it ended.
      if (!asked && !('code' in end && end.code === 0)) {
        const how = 'code' in end ? `exit code ${end.code}` : end.signal;
        render.warn(`the command ended with ${how}; what the mock saw of it:`);
        render.explain(mock.timeline());
      }
      return 'code' in end ? end.code : exitCodeOf(end.signal);
    } finally {
      // From here on a signal ends this process like any other.
      release();
      await close();
    }
  } finally {
    release();
  }
}

const isEnd = (signal: Signal): signal is EndSignal => endSignals.some((known) => known === signal);

/** A terminal sends its ^C and its ^\ to the command as well. */
const reachesChildren = (signal: Signal): boolean =>
  (signal === 'SIGINT' || signal === 'SIGQUIT') && [0, 1, 2].some((fd) => isatty(fd));

/** What the command is told about the mock. */
function environmentOf(mock: Mock, { token }: ExecCommandOptions): Record<string, string> {
  const { url, credentials } = mock;
  return {
    AEP_MOCK_URL: url,
    AEP_URL: url,
    AKENEO_PIM_URL: url,
    AKENEO_CLIENT_ID: credentials.clientId,
    AKENEO_CLIENT_SECRET: credentials.clientSecret,
    AKENEO_USERNAME: credentials.username,
    AKENEO_PASSWORD: credentials.password,
    AKENEO_TOKEN: mock.token(),
    AEP_WEBHOOK_SECRET: credentials.webhookSecret,
    ...(token !== undefined && { AEP_MOCK_TOKEN: token }),
  };
}
