import { optionsOf } from '../../config/option-table.ts';
import type { MockOptions, ResolvedOptions } from '../../config/options.ts';
import { createRng } from '../../core/rng.ts';
import { resolveTypes } from '../../events/catalog.ts';
import { type Mock, startMock } from '../../mock.ts';
import { isRelayUrl } from '../../relay/claims.ts';
import { RelayClient } from '../../relay/client.ts';
import { describeTarget, type ForwardTarget, forwardUrl, parseForwardTarget } from '../../relay/forward-target.ts';
import { SystemClock } from '../../runtime/clock.ts';
import { version } from '../../version.ts';
import { type CommandContext, exitCodeOf } from '../command.ts';
import { startDemoHandler } from '../demo-handler.ts';
import { warnOfUnknown } from '../fault-targets.ts';
import { JournalLog } from '../journal-log.ts';
import { type Forwarding, readyDetails, readyJson } from '../ready.ts';
import { relayNotices } from '../relay-notices.ts';
import type { Renderer } from '../render.ts';
import { renderSummary } from '../render-summary.ts';
import { count, number } from '../text.ts';
import { startTrickle } from '../trickle.ts';

/** `aep-mock start`: runs the mock until it is told to stop. */
export async function start(options: ResolvedOptions, { render, interrupted }: CommandContext): Promise<number> {
  // What is given wrongly is said before anything is started.
  const events = options.events.flatMap((pattern) => resolveTypes(pattern));
  const given = options.forwardTo === undefined ? undefined : parseForwardTarget(options.forwardTo);
  const stop = interrupted();
  const clock = new SystemClock();
  const mock = await startMock(mockOptionsOf(options));
  const closing: (() => Promise<void>)[] = [() => mock.close()];
  try {
    const handler = options.demo && !given ? await startDemoHandler(options.webhookSecret) : undefined;
    if (handler) closing.push(() => handler.close());
    const target = handler ? parseForwardTarget(handler.url) : given;
    const relay = target && (await forward(mock, target, events, options, render));
    if (relay) closing.push(() => relay.close());
    // Ready means all of it: whoever waits for this line may publish at once.
    render.ready(readyJson(mock, options, relay), `ready on ${mock.url}`, readyDetails(mock, options, relay));
    const shownDestination = (url: string): string => (target && isRelayUrl(url) ? forwardUrl(target, url) : url);
    warnOfUnknown(mock.faults.list(), idsOf(relay), render);
    const log = new JournalLog({
      journal: mock.journal,
      render,
      ackDeadlineMs: mock.policy.ackDeadlineMs,
      now: clock.now(),
      isTimeless: mock.clock.kind === 'virtual',
      shownDestination,
      countQueued: (ids) => countQueued(mock, ids),
    });
    if (options.demo) closing.push(startTrickle(mock, clock));
    const signal = await stop;
    // The last started is the first to go; the log still sees how it ends.
    while (closing.length > 0) await closing.pop()?.();
    log.close();
    renderSummary(log.summary, clock.now(), render);
    if (handler) {
      const { verified, refused } = handler.counts();
      render.data(
        { type: 'demo', verified, refused },
        `demo        the handler verified ${count(verified, 'signature')}, refused ${number(refused)}`,
      );
    }
    return exitCodeOf(signal);
  } finally {
    while (closing.length > 0) await closing.pop()?.();
  }
}

const idsOf = (relay: Forwarding | undefined): string[] => relay?.subscriptions.map(({ id }) => id) ?? [];

const countQueued = (mock: Mock, ids: ReadonlySet<string>): number =>
  mock.deliveries({ state: 'queued', limit: Number.POSITIVE_INFINITY }).filter((view) => ids.has(view.subscription_id))
    .length;

function mockOptionsOf(options: ResolvedOptions): MockOptions {
  const given = optionsOf.mock.filter((name) => options[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, options[name]]));
}

/** Relays to a local handler on the way that `aep-mock listen` takes, in this process. */
async function forward(
  mock: Mock,
  target: ForwardTarget,
  events: string[],
  { token, insecure, webhookSecret }: ResolvedOptions,
  render: Renderer,
): Promise<Forwarding & { close(): Promise<void> }> {
  const forwardTo = describeTarget(target);
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
