import { duplicateWithinMs } from './disorder.ts';
import type { Rng } from './rng.ts';
import type { ActiveFault } from './state.ts';
import type { Fault } from './types.ts';

/** What a rule is about; what is not said matches everything. */
export interface FaultMatch {
  /** Full event types. */
  events?: string[];
  subscription?: string;
  /** Attempt number, 1 for the first. */
  attempt?: number;
  /** Of a call of the management API. */
  method?: string;
  /** What the path of the call begins with. */
  path?: string;
}

type WithoutRule<T> = T extends unknown ? Omit<T, 'rule'> : never;

/** What a rule does: to an attempt, to a delivery when it comes to be, to a subscription, or to a call of the management API. */
export type Injection =
  | WithoutRule<Fault>
  /** Without a delay it comes at some time within the limit of chance duplicates. */
  | { kind: 'duplicate'; delayMs?: number }
  | { kind: 'reorder'; places: number }
  | { kind: 'activationDelay'; delayMs: number }
  | { kind: 'apiStatus'; status: number }
  | { kind: 'apiDelay'; delayMs: number };

export type FaultKind = Injection['kind'];

/**
 * An injected failure as named data. Of what matches it takes the first `first`, or every `every`th, or each with `probability`;
 * at most one of the three is set.
 */
export interface FaultRule {
  name: string;
  match: FaultMatch;
  first?: number;
  every?: number;
  probability?: number;
  inject: Injection;
}

const signatureFaults: ReadonlySet<FaultKind> = new Set(['corruptSignature', 'missingSignature', 'staleSecret']);

/** What happens to a delivery, a subscription or a call. Attempts meet one fault at most, the others can come together. */
export type FaultStage = 'attempt' | 'publish' | 'activation' | 'api';

const stages: { [Kind in FaultKind]: FaultStage } = {
  status: 'attempt',
  timeout: 'attempt',
  reset: 'attempt',
  delay: 'attempt',
  corruptSignature: 'attempt',
  missingSignature: 'attempt',
  staleSecret: 'attempt',
  oversizedBody: 'attempt',
  duplicate: 'publish',
  reorder: 'publish',
  activationDelay: 'activation',
  apiStatus: 'api',
  apiDelay: 'api',
};

export const faultKinds = Object.keys(stages) as FaultKind[];
export const stageOf = (kind: FaultKind): FaultStage => stages[kind];

export interface DeliveryFacts {
  eventId: string;
  eventType: string;
  subscriptionId: string;
}

/** What a rule may look at. */
export interface AttemptFacts extends DeliveryFacts {
  attempt: number;
  /** Tells what carries an event again from what carried it first: each meets a fate of its own. */
  again?: string;
  /** It goes to a broker, where nothing is signed. */
  isUnsigned?: boolean;
}

export interface CallFacts {
  method: string;
  path: string;
}

/** The rules as they begin: nothing matched yet. */
export const activateFaults = (rules: readonly FaultRule[]): ActiveFault[] =>
  rules.map((rule) => ({ rule, matched: 0, fired: 0 }));

/** The fault that an attempt meets: that of the first rule that fires. Counts what matched and fired. */
export function chooseFault(faults: ActiveFault[], attempt: AttemptFacts, rng: Rng): Fault | undefined {
  const { eventId, subscriptionId, again } = attempt;
  const key = `${eventId}/${subscriptionId}/${attempt.attempt}${again === undefined ? '' : `/${again}`}`;
  for (const active of faults) {
    const { name, inject } = active.rule;
    if (attempt.isUnsigned && signatureFaults.has(inject.kind)) continue;
    if (isAttemptFault(inject) && fires(active, attempt, key, rng)) return { rule: name, ...inject };
  }
  return undefined;
}

/** What the rules do to a delivery that comes to be. */
export interface PublishFaults {
  /** A duplicate of it comes so long after the publication. */
  duplicateAfterMs?: number;
  /** So many later deliveries of the subscription go first. */
  placesBack?: number;
}

export function faultsAtPublish(faults: ActiveFault[], delivery: DeliveryFacts, rng: Rng): PublishFaults {
  const key = `${delivery.eventId}/${delivery.subscriptionId}`;
  const found: PublishFaults = {};
  for (const active of faults) {
    const { name, inject } = active.rule;
    if (inject.kind === 'duplicate' && found.duplicateAfterMs === undefined && fires(active, delivery, key, rng)) {
      found.duplicateAfterMs = inject.delayMs ?? Math.floor(rng.keyed(`fault/${name}/delay`, key) * duplicateWithinMs);
    }
    if (inject.kind === 'reorder' && found.placesBack === undefined && fires(active, delivery, key, rng)) {
      found.placesBack = inject.places;
    }
  }
  return found;
}

/** How long a subscription that was created or updated takes no events; undefined when no rule says so. */
export function activationFault(faults: ActiveFault[], subscriptionId: string, rng: Rng): number | undefined {
  for (const active of faults) {
    const { inject } = active.rule;
    if (inject.kind !== 'activationDelay') continue;
    if (fires(active, { subscriptionId }, `${subscriptionId}/${active.matched}`, rng)) return inject.delayMs;
  }
  return undefined;
}

/** What the rules do to a call of the management API: it is slow, it is refused, or both. */
export interface ApiFault {
  delayMs?: number;
  refusal?: { rule: string; status: number };
}

/** Calls have no id to key a decision by, so chance goes by their number. */
export function apiFault(faults: ActiveFault[], call: CallFacts, rng: Rng): ApiFault {
  const found: ApiFault = {};
  for (const active of faults) {
    const { name, inject } = active.rule;
    const key = String(active.matched);
    if (inject.kind === 'apiDelay' && found.delayMs === undefined && fires(active, call, key, rng)) {
      found.delayMs = inject.delayMs;
    }
    if (inject.kind === 'apiStatus' && found.refusal === undefined && fires(active, call, key, rng)) {
      found.refusal = { rule: name, status: inject.status };
    }
  }
  return found;
}

const isAttemptFault = (inject: Injection): inject is WithoutRule<Fault> => stages[inject.kind] === 'attempt';

/** First-N and every-N before probability: tests want to know beforehand. Chance is keyed, so that no event shifts another's fate. */
function fires(active: ActiveFault, facts: Partial<AttemptFacts & CallFacts>, key: string, rng: Rng): boolean {
  const { name, match, first, every, probability } = active.rule;
  if (!matches(match, facts)) return false;
  active.matched++;
  const hit =
    first !== undefined
      ? active.matched <= first
      : every !== undefined
        ? active.matched % every === 0
        : probability === undefined || rng.keyed(`fault/${name}`, key) < probability;
  if (hit) active.fired++;
  return hit;
}

function matches(match: FaultMatch, facts: Partial<AttemptFacts & CallFacts>): boolean {
  const { events, subscription, attempt, method, path } = match;
  return (
    (events === undefined || events.includes(facts.eventType ?? '')) &&
    (subscription === undefined || subscription === facts.subscriptionId) &&
    (attempt === undefined || attempt === facts.attempt) &&
    (method === undefined || method === facts.method) &&
    (path === undefined || isUnder(facts.path ?? '', path))
  );
}

const isUnder = (path: string, prefix: string): boolean => path === prefix || path.startsWith(`${prefix}/`);
