import { type FilterExpression, type FilterField, quote } from './filter.ts';

/** Whether a filter takes an event, and which part of it decided. */
export interface FilterVerdict {
  matches: boolean;
  because: string;
}

type Test = Extract<FilterExpression, { kind: 'test' }>;
type Members = Record<string, unknown>;

/**
 * Applies a filter to the `data` of an event (contract, filters). A field that the event does not carry makes its test false, so
 * `not` over it is true (assumed). `attribute`, `locale` and `scope` are each tested over all changed values: whether they have to
 * hold for the same one is not documented (assumed not).
 */
export function explainFilter(expression: FilterExpression, data: unknown): FilterVerdict {
  switch (expression.kind) {
    case 'test':
      return explainTest(expression, data);
    case 'not': {
      const { matches, because } = explainFilter(expression.part, data);
      return { matches: !matches, because: `not is ${!matches}, since ${because}` };
    }
    default: {
      // One false part decides `and`, one true part decides `or`; without it all of them do.
      const deciding = expression.kind === 'or';
      const reasons: string[] = [];
      for (const part of expression.parts) {
        const verdict = explainFilter(part, data);
        if (verdict.matches === deciding) return verdict;
        reasons.push(verdict.because);
      }
      return { matches: !deciding, because: reasons.join('; ') };
    }
  }
}

/** What an event carries of a field: the words for it and its values. `any`: a null was there, which matches every value. */
interface Carried {
  is: string;
  values: readonly string[];
  any?: boolean;
}
/** The words for what an event does not carry. */
type Missing = { isMissing: string };

function explainTest({ field, operator, values }: Test, data: unknown): FilterVerdict {
  const carried = readers[field](data);
  const wanted = values.map(quote).join(', ');
  const test = `${field} ${operator} ${operator === 'in' ? `[${wanted}]` : wanted}`;
  if ('isMissing' in carried) return { matches: false, because: `${test} is false: ${carried.isMissing}` };
  const matches = carried.any === true || carried.values.some((value) => values.includes(value));
  return { matches, because: `${test} is ${matches}: ${describe(carried)}` };
}

/** A reason goes into the journal for each event that is kept back, so it stays short. */
const shownValues = 10;

function describe({ is, values, any }: Carried): string {
  const named = any ? ['null (every one)', ...values] : values;
  return `${is} ${named.slice(0, shownValues).join(', ') || 'empty'}${named.length > shownValues ? ', …' : ''}`;
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isMembers = (value: unknown): value is Members => typeof value === 'object' && value !== null;
const member = (value: unknown, name: string): unknown => (isMembers(value) ? value[name] : undefined);

type Reader = (data: unknown) => Carried | Missing;

const author =
  (name: string, is: string): Reader =>
  (data) => {
    const value = member(member(data, 'author'), name);
    return isText(value) ? { is, values: [value] } : { isMissing: 'the event has no author' };
  };

/** The scopes or locales of the changed values. Null stands for "in every one", so it matches whatever is asked. */
const placeOf =
  (names: readonly string[], is: string): Reader =>
  (data) => {
    const changes = Object.values(changedAttributes(data)).flat();
    const places = changes.map((value) =>
      names.map((name) => member(value, name)).find((given) => given !== undefined),
    );
    const values = [...new Set(places.filter(isText))];
    const any = places.includes(null);
    return any || values.length > 0 ? { is, values, any } : noChanges;
  };
// Products say scope where assets say channel; in a filter the two names mean the same.
const scope = placeOf(['scope', 'channel'], 'the scopes of the changed values are');

const noChanges: Missing = { isMissing: 'the event has no changed values' };

const readers: Record<FilterField, Reader> = {
  user: author('identifier', 'the author is'),
  user_type: author('type', "the author's type is"),
  attribute: (data) => {
    const values = Object.keys(changedAttributes(data));
    return values.length > 0 ? { is: 'the changed attributes are', values } : noChanges;
  },
  scope,
  channel: scope,
  locale: placeOf(['locale'], 'the locales of the changed values are'),
  // Announced in August 2026, on demand only; where it stands in the data is assumed.
  ready_on_scopes: (data) => {
    const scopes = member(member(data, 'product'), 'ready_on_scopes');
    return Array.isArray(scopes)
      ? { is: 'ready_on_scopes is', values: scopes.filter(isText) }
      : { isMissing: 'the event has no ready_on_scopes' };
  },
};

/** `changes.values` of a delta event: the changed values by attribute code. Empty where there is none. */
function changedAttributes(data: unknown): Members {
  for (const subject of ['product', 'product_model', 'asset']) {
    const values = member(member(member(data, subject), 'changes'), 'values');
    if (isMembers(values)) return values;
  }
  return {};
}
