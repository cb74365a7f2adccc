import type { ResolvedOptions } from '../../config/options.ts';
import type { Mock } from '../../mock.ts';
import { count, number } from '../../narration/text.ts';
import { isRelayUrl } from '../../relay/claims.ts';
import { forwardUrl } from '../../relay/forward-target.ts';
import { SystemClock } from '../../runtime/clock.ts';
import { type CommandContext, exitCodeOf } from '../command.ts';
import { startDemoHandler } from '../demo-handler.ts';
import { JournalLog } from '../journal-log.ts';
import { launch } from '../launch.ts';
import { readyDetails } from '../ready.ts';
import { renderSummary } from '../render-summary.ts';
import { startTrickle } from '../trickle.ts';

export interface StartCommandOptions extends ResolvedOptions {
  /** The command line that has the run with this seed again. */
  repeat: (seed: number) => string;
}

/** `aep-mock start`: runs the mock until it is told to stop. */
export async function start(options: StartCommandOptions, { render, interrupted }: CommandContext): Promise<number> {
  const stop = interrupted();
  const clock = new SystemClock();
  const closing: (() => Promise<void>)[] = [];
  try {
    const hasDemoHandler = options.demo && options.forwardTo === undefined;
    const handler = hasDemoHandler ? await startDemoHandler(options.webhookSecret) : undefined;
    if (handler) closing.push(() => handler.close());
    const { mock, target, forwarding, ready, close } = await launch(
      handler ? { ...options, forwardTo: handler.url } : options,
      render,
    );
    closing.push(close);
    // Ready means all of it: whoever waits for this line may publish at once.
    render.ready(ready, `ready on ${mock.url}`, readyDetails(mock, options, forwarding));
    const shownDestination = (url: string): string => (target && isRelayUrl(url) ? forwardUrl(target, url) : url);
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

const countQueued = (mock: Mock, ids: ReadonlySet<string>): number =>
  mock.deliveries({ state: 'queued' }).filter(({ subscriptionId }) => ids.has(subscriptionId)).length;
