import { nearest } from '../core/nearest.ts';
import { type Policy, type PolicyName, policyNames } from '../core/profile.ts';
import { choice, fraction, integer, type Kind, memberOf, rejectValue, text } from './option-kind.ts';

const durationMs = integer('ms', 0);
const limit = integer('n', 1);

/** A list in brackets or without: `[200,204]`, `200,204`. */
function listOf<T>(item: Kind<T>, least = 0): Kind<T[]> {
  const checked = (items: T[], where: string): T[] => {
    if (items.length >= least) return items;
    throw rejectValue(where, items, `a list of at least ${least}`);
  };
  return {
    parse: (texts, where) => {
      const inner = (texts.at(-1) ?? '').trim().replace(/^\[(.*)\]$/s, '$1');
      const parts = inner.trim() === '' ? [] : inner.split(',').map((part) => part.trim().replace(/^"(.*)"$/s, '$1'));
      return checked(
        parts.map((part) => item.parse([part], where)),
        where,
      );
    },
    read: (value, where) => {
      if (!Array.isArray(value)) throw rejectValue(where, value, 'a list');
      return checked(
        value.map((each: unknown) => item.read(each, where)),
        where,
      );
    },
  };
}

/** The value, or `null` where a row knows "no limit". */
const orNull = <T>(kind: Kind<T>): Kind<T | null> => ({
  parse: (texts, where) => (texts.at(-1)?.trim() === 'null' ? null : kind.parse(texts, where)),
  read: (value, where) => (value === null ? null : kind.read(value, where)),
});

const statusPattern: Kind<string> = (() => {
  const read: Kind<string>['read'] = (value, where) => {
    if (/^[1-5](?:xx|\d\d)$/.test(String(value))) return String(value);
    throw rejectValue(where, value, 'an HTTP status (429) or a class of them (5xx)');
  };
  return { parse: (texts, where) => read(texts.at(-1) ?? '', where), read };
})();

/** What each row of the profile table takes. The compiler asks for a line here whenever a row is added there. */
const rowKinds: { [Name in PolicyName]: Kind<Policy[Name]> } = {
  ackDeadlineMs: integer('ms', 1),
  ackStatuses: listOf(integer('status', 100, 599), 1),
  probe: choice(['head', 'none']),
  retryDelaysMs: listOf(durationMs),
  retriedStatuses: listOf(statusPattern),
  retryAgeLimitMs: orNull(durationMs),
  onNotFound: choice(['suspend', 'revoke']),
  onRedirect: choice(['suspend', 'revoke']),
  concurrency: limit,
  brokerConcurrency: limit,
  publishTimeoutMs: integer('ms', 1),
  publishRetryFirstMs: integer('ms', 1),
  publishRetryFactor: fraction(1, 100),
  publishRetryMostMs: integer('ms', 1),
  publishRetryAgeLimitMs: integer('ms', 1),
  windowMs: integer('ms', 60),
  windowLeastRequests: limit,
  failureShareLimit: orNull(fraction(0, 1)),
  successRateFloor: orNull(fraction(0, 1)),
  throttledCountsAfterMs: durationMs,
  unreachableCountsAs: choice(['timeout', 'nothing']),
  rateStart: fraction(0.01, 1_000_000),
  rateMin: fraction(0.01, 1_000_000),
  rateMax: orNull(fraction(0.01, 1_000_000)),
  rateUp: fraction(0, 1_000_000),
  rateDown: fraction(0.01, 1),
  activationDelayMs: durationMs,
  eventSource: text('source'),
  emptyList: choice(['[]', 'null']),
  validationStatus: integer('status', 400, 499),
  subscribersPerPim: limit,
  subscriptionsPerSubscriber: limit,
  tokenLifetimeMs: integer('ms', 1),
};

function rowNamed(name: string, where: string): PolicyName {
  const row = policyNames.find((candidate) => candidate === name);
  if (row !== undefined) return row;
  const close = nearest(name, policyNames);
  const hint = `${close === undefined ? '' : `did you mean ${close}? `}"aep-mock profile" lists the rows`;
  throw rejectValue(where, name, 'a row of the profile table', hint);
}

/** One assignment: `ackDeadlineMs=500`. */
function parseAssignment(assignment: string, where: string): Partial<Policy> {
  const equals = assignment.indexOf('=');
  if (equals < 1) throw rejectValue(where, assignment, 'an assignment such as ackDeadlineMs=500');
  const name = rowNamed(assignment.slice(0, equals).trim(), where);
  return { [name]: rowKinds[name].parse([assignment.slice(equals + 1).trim()], `${where} ${name}`) };
}

/** Overrides of profile rows. A variable holds several, separated by semicolons because values may be lists. */
export const policyOverrides: Kind<Partial<Policy>> = {
  placeholder: 'name=value',
  repeatable: true,
  parse: (texts, where) => {
    const assignments = texts.flatMap((given) => given.split(';')).filter((each) => each.trim() !== '');
    return Object.assign({}, ...assignments.map((each) => parseAssignment(each, where)));
  },
  read: (value, where) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw rejectValue(where, value, 'an object of profile rows such as {"ackDeadlineMs": 500}');
    }
    const rows = Object.entries(value).map(([given, each]) => {
      const name = rowNamed(given, where);
      return [name, rowKinds[name].read(each, memberOf(where, `.${name}`))];
    });
    return Object.fromEntries(rows);
  },
};
