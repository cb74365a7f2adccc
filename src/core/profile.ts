/**
 * The platform profile table: every number and status rule that the mock follows, for each platform generation, with its source.
 * Rules read the resolved `Policy`, never the table. A row exists only when code obeys it.
 */

/** The platform generations that there are. */
export const profileNames = ['2024-09', '2026-09'] as const;
/** A platform generation. */
export type ProfileName = (typeof profileNames)[number];
export const defaultProfile: ProfileName = '2024-09';

/** How sure we are: stated by the requirements, seen in production, documented by the vendor, inferred, or assumed by us. */
export type Evidence = 'stated' | 'certain' | 'documented' | 'inferred' | 'assumed';

interface Cell<T> {
  value: T;
  evidence: Evidence;
  /** A requirement number, a page of the vendor's documentation, or the reason of the assumption. */
  source: string;
}
interface Row<T> {
  help: string;
  '2024-09': Cell<T>;
  '2026-09': Cell<T>;
}

const cell =
  (evidence: Evidence) =>
  <T>(value: T, source: string): Cell<T> => ({ value, evidence, source });
const stated = cell('stated');
const certain = cell('certain');
const documented = cell('documented');
const inferred = cell('inferred');
const assumed = cell('assumed');

function row<T>(help: string, first: Cell<NoInfer<T>>, second: Cell<T>): Row<T> {
  return { help, '2024-09': first, '2026-09': second };
}
function same<T>(help: string, both: Cell<T>): Row<T> {
  return { help, '2024-09': both, '2026-09': both };
}

const minutes = (...n: number[]): number[] => n.map((m) => m * 60_000);
const hours = (n: number): number => n * 3_600_000;

/** A rule for what ends a subscription at once. */
export type StopAction = 'suspend' | 'revoke';

/** Every rule of the platform by its name: the value in each generation, and where it comes from. */
export const profileTable = {
  ackDeadlineMs: row<number>(
    'time a destination has to answer',
    stated(3_000, 'R8'),
    documented(5_000, 'event-platform/key-platform-behaviors#timeout'),
  ),
  ackStatuses: row<number[]>(
    'answer statuses that acknowledge a delivery',
    stated([200], 'R8'),
    documented([200], 'event-platform/key-platform-behaviors'),
  ),
  probe: row<'head' | 'none'>(
    'what is asked of an https destination when its subscription is made',
    stated('head', 'R10'),
    inferred('none', "the vendor's own demo handlers answer 404 or 405 to HEAD"),
  ),
  retryDelaysMs: same<number[]>(
    'delays of the retries, each from the previous attempt; then the event is dropped',
    documented(minutes(5, 10, 20), 'event-platform/key-platform-behaviors#retry'),
  ),
  retriedStatuses: same<string[]>(
    'answer statuses that are retried, besides timeouts and transport errors (5xx: the whole class)',
    documented(['5xx', '429'], 'event-platform/key-platform-behaviors#retry; that other 4xx are not is assumed'),
  ),
  retryAgeLimitMs: row<number | null>(
    'age from which an event is no longer retried (null: no limit)',
    documented(hours(8), 'event-platform/key-platform-behaviors#retry, 2024'),
    documented(null, 'event-platform/key-platform-behaviors#retry'),
  ),
  onNotFound: row<StopAction>(
    'what a 404 does to the subscription, at once',
    documented('revoke', 'event-platform, August 2024'),
    documented('suspend', 'event-platform/key-platform-behaviors'),
  ),
  onRedirect: same<StopAction>(
    'what a 3xx does to the subscription, at once',
    documented('suspend', 'event-platform/key-platform-behaviors'),
  ),
  concurrency: same<number>(
    'deliveries of one subscription in flight at once',
    assumed(10, 'concurrent delivery over keep-alive connections was seen; the number is ours'),
  ),
  brokerConcurrency: same<number>(
    'messages of one Pub/Sub or Kafka subscription in flight at once',
    assumed(1_000, 'enough for the client libraries to fill their batches'),
  ),
  publishTimeoutMs: same<number>(
    'time a broker has to acknowledge a message before it is published again',
    assumed(10_000, 'no ack deadline is documented for brokers; something has to end a broker that never answers'),
  ),
  publishRetryFirstMs: same<number>(
    'delay of the first retry of a failed publication',
    assumed(1_000, 'the documentation says "exponential backoff"'),
  ),
  publishRetryFactor: same<number>(
    'factor from each delay to the next',
    assumed(2, 'the documentation says "exponential backoff"'),
  ),
  publishRetryMostMs: same<number>(
    'longest delay between two publications',
    assumed(60_000, 'a broker that is back is found within a minute'),
  ),
  publishRetryAgeLimitMs: same<number>(
    'age from which an event that a broker did not take is no longer published again; retryAgeLimitMs counts, too',
    assumed(hours(8), 'no end is documented; as long as the platform of 2024 retried any event'),
  ),
  windowMs: same<number>(
    'length of the rolling window in which success is counted',
    documented(hours(1), 'event-platform/key-platform-behaviors#suspension'),
  ),
  windowLeastRequests: row<number>(
    'requests in the window before a threshold applies',
    assumed(20, 'the text of 2024 names none; fewer would suspend at the first failure'),
    certain(500, "an engineer's notes"),
  ),
  failureShareLimit: row<number | null>(
    'share of the window from which one class of failures (5xx, timeout, 429) suspends (null: no such rule)',
    documented(0.05, 'event-platform/key-platform-behaviors#suspension, 2024'),
    documented(null, 'event-platform/key-platform-behaviors#suspension'),
  ),
  successRateFloor: row<number | null>(
    'success rate of the window below which the subscription is suspended (null: no such rule)',
    documented(null, 'event-platform/key-platform-behaviors#suspension, 2024'),
    documented(0.9, 'event-platform/key-platform-behaviors#suspension'),
  ),
  throttledCountsAfterMs: row<number>(
    'a 429 counts as a failure once its event has been undelivered for this long',
    documented(0, 'event-platform/key-platform-behaviors#suspension, 2024'),
    documented(hours(1), 'event-platform/key-platform-behaviors#suspension'),
  ),
  unreachableCountsAs: same<'timeout' | 'nothing'>(
    'what a transport error counts as in the window',
    assumed('timeout', 'an endpoint that cannot be reached does not answer in time'),
  ),
  rateStart: same<number>(
    'events a second at the start (https only)',
    certain(50, 'event-platform/key-platform-behaviors#rate'),
  ),
  rateMin: same<number>('least events a second', documented(1, 'event-platform/key-platform-behaviors#rate')),
  rateMax: same<number | null>(
    'most events a second (null: unlimited, for load work)',
    documented(100, 'event-platform/key-platform-behaviors#rate'),
  ),
  rateUp: same<number>(
    'events a second gained by each second of acknowledged deliveries',
    assumed(1, 'the documentation says "gradually"'),
  ),
  rateDown: same<number>(
    'factor of the rate at a 429, once a second at most',
    assumed(0.5, 'the documentation says "gradually"'),
  ),
  activationDelayMs: same<number>(
    'time until a created or updated subscription takes events',
    assumed(0, 'minutes in production; a default of minutes would only be in the way'),
  ),
  eventSource: row<string>(
    "the envelope's source attribute",
    documented('pim', 'event-platform/concepts, 2024'),
    documented('akeneo-event-platform', 'event-platform/concepts'),
  ),
  emptyList: same<'[]' | 'null'>(
    'body of an empty list',
    inferred('[]', "the vendor's client guards for null, so it occurs"),
  ),
  validationStatus: same<number>('status of a validation failure', certain(400, 'seen; 422 is handled by one client')),
  subscribersPerPim: same<number>('most subscribers of one PIM', stated(20, 'R13')),
  subscriptionsPerSubscriber: same<number>('most subscriptions of one subscriber', stated(20, 'R14')),
  tokenLifetimeMs: same<number>(
    'life of a PIM access token',
    documented(hours(1), 'api.akeneo.com/documentation/authentication'),
  ),
} as const;

export type PolicyName = keyof typeof profileTable;

/** The resolved table: one value a row. */
export type Policy = { [Name in PolicyName]: (typeof profileTable)[Name]['2024-09']['value'] };

export const policyNames = Object.keys(profileTable) as PolicyName[];

/** The values of one profile, with some rows overridden. */
export function resolvePolicy(profile: ProfileName, overrides: Partial<Policy> = {}): Policy {
  const rows = policyNames.map((name) => [
    name,
    overrides[name] === undefined ? profileTable[name][profile].value : overrides[name],
  ]);
  return Object.fromEntries(rows) as Policy;
}
