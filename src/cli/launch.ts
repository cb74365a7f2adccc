import { optionsOf } from '../config/option-table.ts';
import type { ExecOptions, MockOptions } from '../config/options.ts';
import { createRng } from '../core/rng.ts';
import { resolveTypes } from '../events/catalog.ts';
import { type Mock, startMock } from '../mock.ts';
import { describeTarget, type ForwardTarget, parseForwardTarget } from '../relay/forward-target.ts';
import { version } from '../version.ts';
import { warnOfUnknown } from './fault-targets.ts';
import { type Forwarding, readyJson } from './ready.ts';
import { ReadyFile } from './ready-file.ts';
import { relayNotices } from './relay-notices.ts';
import type { JsonLine, Renderer } from './render.ts';

export interface LaunchOptions extends ExecOptions {
  /** The command line that has the run with this seed again. */
  repeat: (seed: number) => string;
}

/** A mock that a command runs, ready with all that was asked for. */
export interface Launched {
  mock: Mock;
  /** Where relayed deliveries go. */
  target: ForwardTarget | undefined;
  forwarding: Forwarding | undefined;
  /** The ready line for programs. */
  ready: JsonLine;
  /** Closes the mock and what is around it. Idempotent. */
  close(): Promise<void>;
}

/** Starts a mock, and relays to a local handler where one is named. What is given wrongly is said before anything is started. */
export async function launch(options: LaunchOptions, render: Renderer): Promise<Launched> {
  const events = options.events.flatMap((pattern) => resolveTypes(pattern));
  const target = options.forwardTo === undefined ? undefined : parseForwardTarget(options.forwardTo);
  const readyFile = options.readyFile === undefined ? undefined : await ReadyFile.reserve(options.readyFile);
  const closing: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    await readyFile?.remove();
    // The last started is the first to go.
    while (closing.length > 0) await closing.pop()?.();
  };
  try {
    const mock = await startMock(mockOptionsOf(options), { repeat: options.repeat });
    closing.push(() => mock.close());
    const forwarding = target && (await forward(mock, target, events, options, render));
    if (forwarding) closing.push(() => forwarding.close());
    const ready = readyJson(mock, forwarding);
    await readyFile?.write(ready);
    warnOfUnknown(mock.faults.list(), forwarding?.subscriptions.map(({ id }) => id) ?? [], render);
    return { mock, target, forwarding, ready, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function mockOptionsOf(options: ExecOptions): MockOptions {
  const given = optionsOf.mock.filter((name) => options[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, options[name]]));
}

/** Relays to a local handler on the way that `aep-mock listen` takes, in this process. */
async function forward(
  mock: Mock,
  target: ForwardTarget,
  events: string[],
  { token, insecure, webhookSecret }: ExecOptions,
  render: Renderer,
): Promise<Forwarding & { close(): Promise<void> }> {
  const forwardTo = describeTarget(target);
  const { RelayClient } = await import('../relay/client.ts');
  const client = new RelayClient({
    url: mock.url,
    ...(token === undefined ? {} : { token }),
    client: `aep-mock/${version}`,
    forwardTo: target,
    insecure,
    claim: { kind: 'all' },
    ensure: { events: events.length > 0 ? events : null, secret: webhookSecret },
    rng: createRng(mock.seed).fork('start relay'),
    on: relayNotices(mock.url, forwardTo, render),
  });
  const welcome = await client.start();
  return { forwardTo, subscriptions: welcome?.subscriptions ?? [], close: () => client.close() };
}
