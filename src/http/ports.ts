import type { Policy, ProfileName } from '../core/profile.ts';
import type { Rng } from '../core/rng.ts';
import type { State } from '../core/state.ts';
import type { CloudEvent, Input, Rejection } from '../core/types.ts';
import type { GenerateRequest, PublishedEvent } from '../events/publisher.ts';
import type { ProbeResult } from '../runtime/destinations/port.ts';
import type { Journal } from '../runtime/journal.ts';

/** What the HTTP side needs of the mock; `mock.ts` joins them. */
export interface HttpContext {
  /** The live state: read it, and change it through `dispatch` only. */
  readonly state: State;
  readonly journal: Journal;
  readonly policy: Policy;
  readonly profile: ProfileName;
  readonly seed: number;
  readonly version: string;
  /** The mock's time in milliseconds since the epoch. */
  now(): number;
  /** A stream of random numbers of its own for ids and tokens. */
  readonly rng: Rng;
  /** `any`: every non-empty token is taken for whatever client id it comes with. */
  readonly auth: 'connection' | 'any';
  /** Plain http destinations are taken for loopback addresses. */
  readonly allowHttp: boolean;
  /** The URL of the bound socket, without a trailing slash. */
  url(): string;
  dispatch(input: Input): Rejection | undefined;
  /** Asks an https destination whether it is there, through the relay where a tunnel claims the URL. */
  probe(url: string): Promise<ProbeResult>;
  /** Generates and publishes. */
  generate(request: GenerateRequest): Promise<PublishedEvent[]>;
  /** Publishes events as they are given. */
  publish(events: readonly CloudEvent[], options: { keepIds: boolean }): PublishedEvent[];
  /** Everything as it was at the start: subscribers, queues, journal, tokens. Tunnels stay. */
  reset(): void;
  tunnels(): TunnelView[];
}

export interface TunnelView {
  id: string;
  connected_at: string;
  forward_to: string;
  claim: string;
  subscriptions: string[];
}
