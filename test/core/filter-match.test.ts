import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FilterExpression } from '../../src/core/filter.ts';
import { explainFilter } from '../../src/core/filter-match.ts';
import { parseFilter } from '../../src/core/filter-parser.ts';
import { expressions } from './filter-expressions.ts';

const author = { identifier: 'julia', type: 'user' };
const change = (locale: string | null, scope: string | null) => ({ previous: 1, new: 2, type: 't', locale, scope });

/** What the tests below filter, by a short name. */
const events = {
  updated: { product: { uuid: 'u' }, author },
  byJob: { category: { code: 'c' }, author: { identifier: 'import', type: 'job' } },
  complete: { product: { uuid: 'u', complete_on: [{ locale: 'en_US', scope: 'ecommerce' }] } },
  delta: {
    product: {
      uuid: 'u',
      changes: {
        values: { name: [change('en_US', 'ecommerce'), change('fr_FR', 'print')], weight: [change('de_DE', 'print')] },
      },
    },
    author,
  },
  modelDelta: { product_model: { code: 'm', changes: { values: { name: [change('en_US', 'ecommerce')] } } }, author },
  assetDelta: {
    asset: {
      code: 'a',
      changes: {
        values: { media: [{ previous: null, new: 'x', type: 'media_file', locale: 'en_US', channel: 'print' }] },
      },
    },
    author,
  },
  everywhere: { product: { uuid: 'u', changes: { values: { price: [change(null, null)] } } }, author },
  assetEverywhere: {
    asset: {
      code: 'a',
      changes: { values: { media: [{ previous: 1, new: 2, type: 'text', locale: null, channel: null }] } },
    },
    author,
  },
  withoutValues: { product: { uuid: 'u', changes: { enabled: { previous: false, new: true } } }, author },
  ready: { product: { uuid: 'u', ready_on_scopes: ['print', 'mobile'] }, author },
};
type EventName = keyof typeof events;

const parsed = (text: string): FilterExpression => {
  const result = parseFilter(text);
  if ('problem' in result) throw new Error(result.problem.message);
  return result.expression;
};
const matches = (filter: string, data: unknown): boolean => explainFilter(parsed(filter), data).matches;

describe('a filter', () => {
  it.each<[filter: string, takes: EventName[], refuses: EventName[]]>([
    // user: data.author.identifier equals; every type
    ['user = "julia"', ['updated', 'delta', 'assetDelta'], ['byJob', 'complete']],
    ['user = "Julia"', [], ['updated']],
    ['user in ["peter", "import"]', ['byJob'], ['updated', 'complete']],
    // user_type: data.author.type equals; every type
    ['user_type = "user"', ['updated', 'modelDelta'], ['byJob', 'complete']],
    ['user_type in ["job", "system"]', ['byJob'], ['updated', 'complete']],
    // attribute: a changed attribute code; delta events
    ['attribute = "name"', ['delta', 'modelDelta'], ['assetDelta', 'everywhere', 'updated', 'withoutValues']],
    ['attribute in ["media", "price"]', ['assetDelta', 'everywhere'], ['delta', 'updated', 'withoutValues']],
    // scope, channel: a changed value's scope equals or is null; products say scope, assets channel
    ['scope = "print"', ['delta', 'assetDelta', 'everywhere', 'assetEverywhere'], ['modelDelta', 'withoutValues']],
    ['channel = "print"', ['delta', 'assetDelta', 'everywhere', 'assetEverywhere'], ['modelDelta', 'withoutValues']],
    ['scope = "ecommerce"', ['delta', 'modelDelta', 'everywhere'], ['assetDelta', 'complete', 'updated', 'ready']],
    ['scope in ["mobile", "ecommerce"]', ['delta', 'everywhere', 'assetEverywhere'], ['assetDelta', 'updated']],
    ['channel in ["mobile"]', ['everywhere', 'assetEverywhere'], ['delta', 'modelDelta', 'assetDelta']],
    // locale: a changed value's locale equals or is null
    ['locale = "fr_FR"', ['delta', 'everywhere', 'assetEverywhere'], ['modelDelta', 'assetDelta', 'complete']],
    ['locale in ["it_IT", "en_US"]', ['delta', 'modelDelta', 'assetDelta', 'everywhere'], ['withoutValues', 'updated']],
    ['locale = "it_IT"', ['everywhere', 'assetEverywhere'], ['delta', 'modelDelta', 'assetDelta']],
    // ready_on_scopes: data.product.ready_on_scopes
    ['ready_on_scopes = "print"', ['ready'], ['updated', 'delta', 'everywhere']],
    ['ready_on_scopes in ["ecommerce", "mobile"]', ['ready'], ['updated']],
    ['ready_on_scopes = "ecommerce"', [], ['ready', 'updated']],
    // a field that is missing makes its test false, and not over it true
    ['not user = "julia"', ['byJob', 'complete'], ['updated']],
    ['not attribute = "name"', ['updated', 'complete', 'withoutValues', 'assetDelta'], ['delta']],
    ['not scope = "print"', ['modelDelta', 'updated'], ['delta', 'everywhere']],
    // each test is on its own over all changed values: no single value is weight in fr_FR for ecommerce
    ['attribute = "weight" and locale = "fr_FR" and scope = "ecommerce"', ['delta'], ['modelDelta', 'everywhere']],
    // not before and before or
    ['user = "peter" and user = "julia" or user_type = "user"', ['updated'], ['byJob']],
    ['user = "peter" and (user = "julia" or user_type = "user")', [], ['updated']],
    ['not user = "peter" and user_type = "user"', ['updated'], ['byJob', 'complete']],
    ['not (user = "peter" or user_type = "user")', ['byJob', 'complete'], ['updated']],
  ])('%s', (filter, takes, refuses) => {
    const taken = [...takes, ...refuses].filter((name) => matches(filter, events[name]));
    expect(taken).toEqual(takes);
  });

  it.each<[filter: string, event: EventName, because: string]>([
    ['attribute = "price"', 'delta', 'attribute = "price" is false: the changed attributes are name, weight'],
    ['attribute in ["price", "a"]', 'updated', 'attribute in ["price", "a"] is false: the event has no changed values'],
    ['user = "peter"', 'updated', 'user = "peter" is false: the author is julia'],
    ['user = "peter"', 'complete', 'user = "peter" is false: the event has no author'],
    ['user_type = "api"', 'updated', 'user_type = "api" is false: the author\'s type is user'],
    ['scope = "mobile"', 'assetDelta', 'scope = "mobile" is false: the scopes of the changed values are print'],
    [
      'locale = "it_IT"',
      'everywhere',
      'locale = "it_IT" is true: the locales of the changed values are null (every one)',
    ],
    ['ready_on_scopes = "web"', 'ready', 'ready_on_scopes = "web" is false: ready_on_scopes is print, mobile'],
    ['ready_on_scopes = "web"', 'updated', 'ready_on_scopes = "web" is false: the event has no ready_on_scopes'],
    // the part that decides, and all of them where none does alone
    [
      'user = "julia" and user_type = "api" and user = "x"',
      'updated',
      'user_type = "api" is false: the author\'s type is user',
    ],
    ['user = "x" or user = "julia"', 'updated', 'user = "julia" is true: the author is julia'],
    [
      'user = "x" or user_type = "api"',
      'updated',
      'user = "x" is false: the author is julia; user_type = "api" is false: the author\'s type is user',
    ],
    ['not user = "julia"', 'updated', 'not is false, since user = "julia" is true: the author is julia'],
  ])('%s says which part decided about %s', (filter, event, because) => {
    expect(explainFilter(parsed(filter), events[event]).because).toBe(because);
  });

  it('gives a short reason, however much changed', () => {
    const values = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`attribute_${n}`, [change(null, null)]]));
    const { because } = explainFilter(parsed('attribute = "price"'), { product: { changes: { values } } });
    expect(because).toMatch(/attribute_9, …$/);
  });

  it('can be applied to any data, also to what no platform would send', () => {
    const odd = fc.oneof(
      fc.jsonValue(),
      fc.record({ product: fc.record({ changes: fc.record({ values: fc.jsonValue() }) }), author: fc.jsonValue() }),
    );
    fc.assert(
      fc.property(expressions(), odd, (expression, data) => {
        expect(typeof explainFilter(expression, data).matches).toBe('boolean');
      }),
    );
  });

  it('obeys the laws of De Morgan', () => {
    const small = expressions(3);
    const not = (part: FilterExpression): FilterExpression => ({ kind: 'not', part });
    fc.assert(
      fc.property(small, small, fc.constantFrom(...Object.values(events)), (a, b, data) => {
        const of = (expression: FilterExpression): boolean => explainFilter(expression, data).matches;
        expect(of(not({ kind: 'and', parts: [a, b] }))).toBe(of({ kind: 'or', parts: [not(a), not(b)] }));
        expect(of(not({ kind: 'or', parts: [a, b] }))).toBe(of({ kind: 'and', parts: [not(a), not(b)] }));
        expect(of(not(not(a)))).toBe(of(a));
      }),
    );
  });
});
