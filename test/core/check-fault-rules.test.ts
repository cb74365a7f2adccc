import { describe, expect, it } from 'vitest';
import { checkFaultRules, type FaultContext } from '../../src/core/check-fault-rules.ts';
import { explainFault } from '../../src/core/explain-fault.ts';
import { faultKinds } from '../../src/core/fault.ts';
import type { FaultInput } from '../../src/core/fault-input.ts';
import { scenarioNames, scenarios } from '../../src/core/scenario.ts';
import { resolveTypes } from '../../src/events/catalog.ts';
import { errorOf } from '../error-of.ts';

const context: FaultContext = { resolveTypes, mostAttempts: 4, order: 'natural' };
const check = (...inputs: (FaultInput | string)[]) => checkFaultRules(inputs, context);

describe('a rule is read from words and from an object alike, gets a name, and says what it does', () => {
  const rules: [string, FaultInput, string, string][] = [
    [
      'status=503 first=2 type=product.updated',
      { status: 503, first: 2, type: 'product.updated' },
      'status-503',
      'the first 2 attempts of product.updated answer 503 without reaching the handler',
    ],
    [
      'status=500 reached every=3',
      { status: 500, reached: true, every: 3 },
      'status-500',
      'every 3rd attempt reaches the handler, whose answer is replaced by 500',
    ],
    [
      'timeout first=1',
      { timeout: true, first: 1 },
      'timeout',
      'the first attempt times out without reaching the handler',
    ],
    [
      'timeout reached probability=0.015',
      { timeout: true, reached: true, probability: 0.015 },
      'timeout',
      '1.5 % of the attempts reach the handler, whose answer is taken as too late',
    ],
    [
      'reset attempt=2 subscription=abc',
      { reset: true, attempt: 2, subscription: 'abc' },
      'reset',
      'every attempt with number 2 to abc ends in a connection reset without reaching the handler',
    ],
    [
      'reset reached first=11',
      { reset: true, reached: true, first: 11 },
      'reset',
      'the first 11 attempts reach the handler, and then the connection is reset',
    ],
    ['delay=2s every=11', { delay: 2000, every: 11 }, 'delay', 'every 11th attempt starts 2 s late'],
    [
      'corruptSignature',
      { corruptSignature: true },
      'corruptSignature',
      'every attempt carries signatures with a wrong digit',
    ],
    [
      'missingSignature probability=1',
      { missingSignature: true, probability: 1 },
      'missingSignature',
      'every attempt carries no signature',
    ],
    ['staleSecret', { staleSecret: true }, 'staleSecret', "every attempt uses a secret that is not the subscription's"],
    [
      'oversizedBody=9000',
      { oversizedBody: 9000 },
      'oversizedBody',
      'every attempt carries a body padded to 9000 bytes',
    ],
    [
      'duplicate first=2',
      { duplicate: true, first: 2 },
      'duplicate',
      'the first 2 deliveries return as a duplicate a moment later',
    ],
    ['duplicate=250ms', { duplicate: '250ms' }, 'duplicate', 'every delivery returns as a duplicate 250 ms later'],
    ['reorder=3 every=2', { reorder: 3, every: 2 }, 'reorder', 'every 2nd delivery lets 3 later ones pass'],
    ['activationDelay=1m', { activationDelay: '1m' }, 'activationDelay', 'every activation takes 60 s'],
    [
      'apiStatus method=post path=/api/v1/subscribers',
      { apiStatus: 503, method: 'POST', path: '/api/v1/subscribers/' },
      'apiStatus-503',
      'every API call to POST /api/v1/subscribers… answers 503',
    ],
    ['apiDelay=1.5s first=3', { apiDelay: 1500, first: 3 }, 'apiDelay', 'the first 3 API calls answer 1.5 s late'],
    ['name=7 status=429', { name: '7', status: 429 }, '7', 'every attempt answers 429 without reaching the handler'],
    [
      'name=mine status=429',
      { name: 'mine', status: 429 },
      'mine',
      'every attempt answers 429 without reaching the handler',
    ],
  ];
  it.each(rules)('%s', (words, object, name, sentence) => {
    const [rule] = check(words);
    expect(rule && { name: rule.name, explain: explainFault(rule) }).toEqual({ name, explain: sentence });
    expect(check(object)).toEqual([rule]);
  });

  it('of every kind', () => {
    const seen = new Set(rules.flatMap(([words]) => check(words).map(({ inject }) => inject.kind)));
    expect([...seen].sort()).toEqual([...faultKinds].sort());
  });

  it('with names of their own when several are alike', () => {
    const names = check('status=503 first=1', 'status=503 first=2', 'status=503').map(({ name }) => name);
    expect(names).toEqual(['status-503', 'status-503-2', 'status-503-3']);
  });
});

describe('what is no rule is refused, with the field, the value and what it may be', () => {
  it.each<[FaultInput | string, RegExp, RegExp?]>([
    ['', /^fault 1: \{\} is not a rule with a kind/, /one of status, timeout/],
    ['statsu=503', /"statsu" is not a key of a fault rule/, /did you mean status\?/],
    ['status=503 timeout', /timeout: true is not possible together with status/, /two rules/],
    ['status=abc', /status: "abc" is not a whole number from 200 to 599/],
    ['status', /status: true is not a whole number/],
    ['apiStatus=200', /apiStatus: 200 is not a whole number from 400/],
    ['timeout=5', /timeout: 5 is not true/],
    ['delay=2x', /delay: "2x" is not a duration such as/],
    ['delay=0', /delay: 0 is not a duration/],
    ['oversizedBody=0', /oversizedBody: 0 is not a whole number from 1/],
    ['reorder=0', /reorder: 0 is not a whole number from 1/],
    ['status=503 first=0', /first: 0 is not a whole number from 1/],
    ['status=503 every=0.5', /every: 0.5 is not a whole number from 1/],
    ['status=503 probability=0', /probability: 0 is not a probability above 0/],
    ['status=503 probability=2', /probability: 2 is not a probability/],
    ['status=503 first=1 every=2', /every: 2 is not possible together with first/, /one of first, every/],
    ['status=503 attempt=0', /attempt: 0 is not a whole number from 1/],
    [
      'status=503 method=GET',
      /method: "GET" is not possible together with status/,
      /reached, type, subscription, attempt/,
    ],
    ['delay=1s reached', /reached: true is not possible together with delay/],
    ['duplicate attempt=1', /attempt: 1 is not possible together with duplicate/],
    ['activationDelay=1m type=product.*', /type: "product.\*" is not possible together with activationDelay/],
    ['apiStatus method=PUT', /method: "PUT" is not one of GET, POST, PATCH, DELETE/],
    ['apiStatus path=/subscribers', /path: "\/subscribers" is not the beginning of a path/, /\/api\/v1/],
    ['name=a status=503 first=x', /^fault "a", first: "x" is not/],
    [{ status: 503, type: [] }, /type: \[\] is not an event type/],
    [{ status: 503, subscription: '' }, /subscription: "" is not a non-empty text/],
    [[] as never, /^fault 1: \[\] is not a rule such as/],
  ])('%j', (input, message, hint) => {
    const error = errorOf(() => check(input));
    expect(error.code).toBe('FAULT_RULE');
    expect(error.message).toMatch(message);
    if (hint) expect(error.hint).toMatch(hint);
  });

  it('an event type that nobody knows', () => {
    expect(errorOf(() => check('status=503 type=product.updatd')).message).toMatch(/product\.updated$/);
  });

  it('a name that is taken', () => {
    const error = errorOf(() => check('name=a status=503 first=1', 'name=a status=500'));
    expect(error.message).toMatch(/^fault "a", name: "a" is not a name of its own/);
  });
});

describe('a rule that can never fire is refused', () => {
  it.each<[string[], RegExp]>([
    [['status=503 attempt=5'], /4 attempts at most/],
    [['status=503', 'timeout'], /"status-503" comes first and takes everything/],
    [['status=503 type=product.*', 'timeout type=product.updated first=2'], /comes first/],
    [['status=503 every=1', 'delay=1s attempt=2'], /comes first/],
    [['status=503 attempt=2 probability=1', 'timeout attempt=2 subscription=a'], /comes first/],
    [['duplicate', 'duplicate=1s first=2'], /comes first/],
    [['apiStatus path=/api/v1', 'apiStatus=500 path=/api/v1/subscribers'], /comes first/],
  ])('%j', (rules, reason) => {
    const error = errorOf(() => check(...rules));
    expect(error).toMatchObject({ code: 'FAULT_NEVER_FIRES', hint: expect.stringMatching(/\w/) });
    expect(error.message).toMatch(reason);
  });

  it('such as one behind those in force', () => {
    const existing = check('reset');
    expect(errorOf(() => checkFaultRules(['status=503'], context, existing)).code).toBe('FAULT_NEVER_FIRES');
  });

  it('such as reordering when the order is kept', () => {
    const error = errorOf(() => checkFaultRules(['reorder=1'], { ...context, order: 'fifo' }));
    expect(error.message).toMatch(/deliveries go out in order/);
  });

  it.each([
    [['status=503 first=2', 'timeout']],
    [['status=503 type=product.updated', 'timeout']],
    [['status=503 attempt=1', 'timeout attempt=2']],
    [['status=503', 'duplicate', 'reorder=1', 'apiDelay=1s', 'apiStatus']],
    [['apiStatus path=/api/v1/subscribers', 'apiStatus=500 path=/api/v1/logs']],
    [['apiStatus path=/api/v1/subscribers', 'apiStatus=500 path=/api/v1']],
  ])('and these can: %j', (rules) => {
    expect(check(...rules)).toHaveLength(rules.length);
  });
});

it.each(scenarioNames)('the rules of the scenario %s are good ones', (name) => {
  expect(check(...scenarios[name].faults)).toHaveLength(scenarios[name].faults.length);
});
