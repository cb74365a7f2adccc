/**
 * The bodies of the control API under `/_mock`, as the commands and other languages see them.
 * Field names are snake_case, times are RFC 3339 with milliseconds, durations carry their unit.
 */
import type { Outcome, SubscriptionStatus, Verdict } from '../core/types.ts';
import type { PublishedEvent } from '../events/publisher.ts';
import type { TunnelView } from './ports.ts';

/** `GET /_mock/health` */
export interface HealthBody {
  status: 'ok';
  name: 'aep-mock';
  version: string;
  url: string;
  profile: string;
  seed: number;
  now: string;
}

/** `POST /_mock/publish` takes one of the two: generate, or publish these. */
export type PublishBody =
  | { types: string[]; count?: number; set?: Record<string, unknown>; as?: string; seed?: number }
  | { events: unknown[]; keep_ids?: boolean };

/** The answer of `POST /_mock/publish`, 202. */
export interface PublishAnswer {
  published: PublishedEvent[];
}

export interface AttemptView {
  attempt: number;
  started_at: string;
  finished_at?: string;
  outcome?: Outcome;
  verdict?: Verdict;
}

/** One item of `GET /_mock/deliveries?subscription_id=&event_id=&state=&limit=`, newest first: `{ "items": [...] }`. */
export interface DeliveryView {
  id: string;
  event_id: string;
  event_type: string;
  subscription_id: string;
  destination: string;
  state: 'queued' | 'in_flight' | 'scheduled' | 'delivered' | 'dropped' | 'discarded';
  reason?: string;
  due_at?: string;
  attempts: AttemptView[];
}

/** `GET /_mock/state` */
export interface StateBody {
  url: string;
  version: string;
  profile: string;
  seed: number;
  now: string;
  counters: { published: number; attempts: number; delivered: number; dropped: number; discarded: number };
  subscriptions: {
    id: string;
    subscriber_id: string;
    status: SubscriptionStatus;
    type: string;
    destination: string;
    events: string[];
    queued: number;
    in_flight: number;
    scheduled: number;
    held: boolean;
    next_due_at?: string;
  }[];
  tunnels: TunnelView[];
}

/** Every error of the control API. The management API has `message` alone, as the platform does. */
export interface ErrorBody {
  errors: { message: string; code: string; hint: string }[];
}
