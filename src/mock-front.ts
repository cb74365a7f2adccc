/** What answers a mock's requests. Loaded with the first of them: routes and their schemas are most of what there is to load. */
import { createApp } from './http/app.ts';
import type { HttpContext } from './http/ports.ts';
import { mountReplay } from './http/replay.ts';
import { mountSubscribe, type Subscribe } from './http/subscribe.ts';
import { mountInspector } from './inspector/mount-inspector.ts';
import type { MockParts } from './mock-parts.ts';
import type { MockPlan } from './mock-plan.ts';
import { version } from './version.ts';

export interface Front {
  fetch(request: Request, env: never): Response | Promise<Response>;
  subscribe: Subscribe;
}

/** What the HTTP side is told of the server. `closing` is aborted when the mock closes: answers that wait for something come at once. */
type Served = Pick<HttpContext, 'url' | 'closing'>;

export function makeFront(plan: MockPlan, parts: MockParts, server: Served): Front {
  const ctx = httpContext(plan, parts, server);
  const app = createApp(ctx, { relay: parts.hub, token: plan.options.token });
  mountReplay(app, parts.replays);
  mountInspector(app, ctx);
  const subscribe = mountSubscribe(app, ctx);
  return { fetch: (request, env) => app.fetch(request, env), subscribe };
}

/** What the HTTP side is given of the mock. */
function httpContext(plan: MockPlan, parts: MockParts, server: Served): HttpContext {
  const { options, seed, policy } = plan;
  const { driver, publisher, hub, destinations, mockClock, streams, expectations } = parts;
  const {
    journal,
    archive,
    ledger,
    wire,
    logs,
    outbox,
    latency,
    missed,
    publishCounts,
    faults,
    now,
    settled,
    dispatch,
    drain,
    resend,
    reset,
  } = parts;
  return {
    get state() {
      return driver.state;
    },
    ...{
      journal,
      archive,
      ledger,
      wire,
      expectations,
      logs,
      outbox,
      latency,
      missed,
      publishCounts,
      faults,
      now,
      settled,
      dispatch,
      drain,
      resend,
      reset,
    },
    ...server,
    clock: mockClock,
    measuredMs: (outcome) => driver.measuredMs(outcome),
    policy,
    profile: options.profile,
    seed,
    version,
    rng: streams.http,
    auth: options.auth,
    credentials: options,
    allowHttp: options.allowHttp,
    probe: (target) => destinations.probe(target),
    generate: (request) => {
      parts.checkOpen('publish');
      return publisher.generate(request);
    },
    publish: (request) => {
      parts.checkOpen('publish');
      return publisher.publishOwn(request);
    },
    replay: (events, { keepIds }) => {
      parts.checkOpen('publish');
      return publisher.replayInSlices(events, { keepIds });
    },
    benchmark: (request) => {
      parts.checkOpen('benchmark');
      publisher.benchmark(request);
    },
    snapshots: parts.namedSnapshots,
    tunnels: () => hub.tunnels(),
  };
}
