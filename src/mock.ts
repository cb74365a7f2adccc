/** A running mock: its plan, its parts, and the HTTP side in front of them. */
import { setMaxListeners } from 'node:events';
import { type ResendMode, resendModes } from './core/resend.ts';
import type { CloudEvent } from './core/types.ts';
import { fail } from './errors.ts';
import type { EventInput } from './events/given-event.ts';
import type { PublishOverrides } from './events/publish-overrides.ts';
import type { Published } from './events/published-event.ts';
import { publishingEnded } from './events/publisher.ts';
import { issueTokens } from './http/issue-tokens.ts';
import { listen } from './http/listen.ts';
import type { SubscribeWish } from './http/subscribe.ts';
import type { Front } from './mock-front.ts';
import type { Mock, ReplayFileOptions, ResendOptions } from './mock-handle.ts';
import { assemble } from './mock-parts.ts';
import { planMock, type RunContext, type StartOptions } from './mock-plan.ts';
import { replayFiles, yesOrNo } from './mock-replay.ts';
import { subscribe } from './mock-subscribe.ts';
import { attemptsOf } from './runtime/attempts.ts';
import type { DeliveryRecord } from './runtime/delivery-records.ts';
import { checkOptions, oneOf } from './testing/check-options.ts';
import { type DeliveryMatcher, deliveryTest } from './testing/delivery-matcher.ts';

export type { Mock } from './mock-handle.ts';
export type { RunContext, StartOptions } from './mock-plan.ts';

/**
 * Starts a mock and resolves when it answers. Each has a port, a clock and a seed of its own, so that tests run side by side.
 * @throws PORT_IN_USE, CANNOT_LISTEN, TOKEN_REQUIRED_TO_BIND, INVALID_OPTION, CONFLICTING_OPTIONS, FILE_UNREADABLE
 */
export async function startMock(given: StartOptions = {}, run: RunContext = {}): Promise<Mock> {
  const plan = planMock(given, run);
  const parts = await assemble(plan);
  const { options, seed, policy, scenario } = plan;
  const { driver, publisher, journal, ledger, expectations } = parts;

  const ending = new AbortController();
  // As many answers wait for it as pages and programs are connected: many are no leak that Node would have to warn of.
  setMaxListeners(0, ending.signal);
  let front: Front | undefined;
  let opening: Promise<Front> | undefined;
  /** With the first request: most of a mock's start would be the making of routes, and not every test asks for one. */
  const open = (): Promise<Front> => {
    opening ??= import('./mock-front.ts').then(({ makeFront }) => {
      front = makeFront(plan, parts, { url: () => server.url, closing: ending.signal });
      return front;
    });
    return opening;
  };
  const fetch = (request: Request, env: never): Response | Promise<Response> =>
    front?.fetch(request, env) ?? open().then((opened) => opened.fetch(request, env));
  const server = await listen({ fetch, host: options.host, port: options.port }).catch(async (error) => {
    await parts.close();
    throw error;
  });

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    parts.refuseReentry('close()');
    ending.abort();
    closing ??= parts.close().then(() => server.close());
    return closing;
  };
  const deliveries = (matcher?: DeliveryMatcher): DeliveryRecord[] => ledger.records().filter(deliveryTest(matcher));
  /** Runs what changes the mock in its place among what is in flight, and not once the mock closes. */
  const inPlace = async <T>(asked: string, work: () => T | Promise<T>): Promise<T> => {
    parts.checkOpen(asked);
    await parts.settled();
    parts.checkOpen(asked);
    return work();
  };
  const publish = async (what: string | EventInput, overrides?: PublishOverrides): Promise<Published> => {
    parts.checkOpen('publish');
    await parts.settled();
    if (closing) throw publishingEnded(what);
    return publisher.publish(what, overrides);
  };
  const replay = (what: string | readonly (CloudEvent | string)[], options: ReplayFileOptions = {}) => {
    parts.checkOpen('replay');
    if (isFiles(what)) return replayFiles({ ...parts, seed }, what, options);
    if (!Array.isArray(what)) {
      const expected = 'the path of a recording, a list of paths, or a list of events';
      throw fail('INVALID_OPTION', { option: 'replay', value: what, expected });
    }
    checkOptions<Pick<ReplayFileOptions, 'keepIds'>>('replay of events', options, { keepIds: yesOrNo });
    const { keepIds = false } = options;
    return publisher.replay(what as readonly CloudEvent[], { keepIds });
  };
  const subscribing = {
    ...parts,
    state: () => driver.state,
    subscribe: async (wish: SubscribeWish) => {
      const atOnce = parts.inProcess.isCalling;
      return (await open()).subscribe(wish, { atOnce });
    },
    deliveries,
  };
  const { clientId, clientSecret, username, password, webhookSecret } = options;
  return {
    url: server.url,
    seed,
    profile: options.profile,
    policy,
    scenario,
    clock: parts.mockClock,
    credentials: { clientId, clientSecret, username, password, webhookSecret },
    journal,
    faults: parts.faults,
    token: () => {
      parts.checkOpen('token');
      const { now, dispatch, streams } = parts;
      return issueTokens({ now, dispatch, policy, rng: streams.http }, clientId).access.value;
    },
    subscribe: (options) => inPlace('subscribe', () => subscribe(subscribing, options)),
    generate: (request) => inPlace('generate', () => publisher.generate(request)),
    publish: publish as Mock['publish'],
    replay: replay as Mock['replay'],
    publishNext: () => inPlace('publishNext', () => publisher.next()),
    resend: (deliveryId, options = {}) => inPlace('resend', () => parts.resend(deliveryId, resendModeOf(options))),
    deliveries,
    attempts: (matcher) => attemptsOf(deliveries(matcher)),
    logs: (query) => parts.logs.entries(query),
    outbox: () => parts.outbox.emails(),
    waitFor: (predicate, waiting) => expectations.waitFor(predicate, waiting),
    drain: async () => {
      parts.checkOpen('drain');
      await parts.drain();
    },
    expectDelivered: (matcher, expected) => expectations.delivered(matcher, expected),
    expectNever: (matcher) => expectations.never(matcher),
    expectAllDelivered: () => expectations.allDelivered(),
    timeline: () => expectations.timeline(),
    explain: (body) => expectations.explain(body),
    snapshot: parts.snapshot,
    restore: parts.restore,
    reset: parts.reset,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** @throws INVALID_OPTION */
function resendModeOf(options: ResendOptions): ResendMode {
  checkOptions('resend', options, { as: oneOf(resendModes) });
  return options.as ?? 'itself';
}

/** An empty list is one of events. */
const isFiles = (what: string | readonly (CloudEvent | string)[]): what is string | readonly string[] =>
  typeof what === 'string' || typeof what[0] === 'string';
