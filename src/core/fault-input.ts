import type { FaultKind } from './fault.ts';

/** A time: milliseconds, or a text with its unit such as `250ms`, `2s`, `5m`. */
export type DurationInput = number | string;

/** What a rule does, by the one key that names its kind and carries its value. */
interface FaultValues {
  /** Attempts are answered this status. */
  status: number;
  /** The answer does not come within the ack deadline. */
  timeout: true;
  /** The connection is reset. */
  reset: true;
  /** The attempt starts late. */
  delay: DurationInput;
  /** The signatures are wrong. */
  corruptSignature: true;
  /** The signature headers are not there. */
  missingSignature: true;
  /** Signed with a secret that is no longer in force. */
  staleSecret: true;
  /** The body is padded to so many bytes. */
  oversizedBody: number;
  /** The delivery is made again; `true`: at some time within five seconds. */
  duplicate: true | DurationInput;
  /** So many later deliveries go first. */
  reorder: number;
  /** A subscription that was created or updated takes events only after this time. */
  activationDelay: DurationInput;
  /** The management API answers this status; `true`: 503. */
  apiStatus: true | number;
  /** The management API answers after this time. */
  apiDelay: DurationInput;
}

/** What a rule is about; what is not said matches everything. */
interface FaultFilters<Type extends string> {
  /** With `status`, `timeout`, `reset`: the handler gets the request all the same and only its answer is lost. */
  reached: boolean;
  /** Event types, short names or wildcards. */
  type: Type | readonly Type[];
  /** A subscription's id. */
  subscription: string;
  /** The attempt's number, 1 for the first. */
  attempt: number;
  /** Of a call of the management API. */
  method: string;
  /** Beginning of the path of a call, from /api/v1 on. */
  path: string;
}

/** What every rule may have. */
interface FaultSettings {
  /** Made of the kind and its value when it is not given. */
  name?: string;
  /** The first so many that match. At most one of `first`, `every` and `probability`. */
  first?: number;
  /** Every so manieth that matches. */
  every?: number;
  /** Each that matches with this probability, above 0 up to 1. */
  probability?: number;
}

/** `filtersOf` as a type. */
type FilterOf<Kind extends FaultKind> = Kind extends 'status' | 'timeout' | 'reset'
  ? 'reached' | 'type' | 'subscription' | 'attempt'
  : Kind extends 'duplicate' | 'reorder'
    ? 'type' | 'subscription'
    : Kind extends 'activationDelay'
      ? 'subscription'
      : Kind extends 'apiStatus' | 'apiDelay'
        ? 'method' | 'path'
        : 'type' | 'subscription' | 'attempt';

type FaultInputOf<Kind extends FaultKind, Type extends string> = Pick<FaultValues, Kind> &
  Partial<Pick<FaultFilters<Type>, FilterOf<Kind>>> & {
    [Other in Exclude<FaultKind | FaultFilter, Kind | FilterOf<Kind>>]?: never;
  } & FaultSettings;

/**
 * A fault rule as people write it, the same in the library, a file, the control API and, as words `key=value`, on the command line.
 * One key names the kind and carries its value; the others say what it is about and how often it happens. `Type` is what names event
 * types.
 */
export type FaultInput<Type extends string = string> = { [Kind in FaultKind]: FaultInputOf<Kind, Type> }[FaultKind];

/** What may stand beside the key of a kind. */
export const faultFilters = ['reached', 'type', 'subscription', 'attempt', 'method', 'path'] as const;
export const faultFrequencies = ['first', 'every', 'probability'] as const;

export type FaultFilter = (typeof faultFilters)[number];

/** Which of them make sense for a kind. */
export function filtersOf(kind: FaultKind): readonly FaultFilter[] {
  switch (kind) {
    case 'status':
    case 'timeout':
    case 'reset':
      return ['reached', 'type', 'subscription', 'attempt'];
    case 'duplicate':
    case 'reorder':
      return ['type', 'subscription'];
    case 'activationDelay':
      return ['subscription'];
    case 'apiStatus':
    case 'apiDelay':
      return ['method', 'path'];
    default:
      return ['type', 'subscription', 'attempt'];
  }
}

/** The keys whose values are texts, even if they look like numbers. */
const texts = new Set(['name', 'type', 'subscription', 'method', 'path']);

/** A rule as words: `status=503 first=2 type=product.updated`. A word without a value is a switch. */
export function parseFaultText(text: string): Record<string, unknown> {
  const words = text.split(/\s+/).filter((word) => word !== '');
  return Object.fromEntries(
    words.map((word) => {
      const equals = word.indexOf('=');
      if (equals < 0) return [word, true];
      const [key, value] = [word.slice(0, equals), word.slice(equals + 1)];
      return [key, texts.has(key) ? value : readWord(value)];
    }),
  );
}

function readWord(value: string): unknown {
  if (value === 'true' || value === 'false') return value === 'true';
  return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
}
