import { describe, expect, it } from 'vitest';
import { checkFaultRules, type FaultContext } from '../../src/core/check-fault-rules.ts';
import type { FaultInput } from '../../src/core/fault-input.ts';
import { resolveTypes } from '../../src/events/catalog.ts';
import {
  concerns,
  type FaultDraft,
  type FaultRuleView,
  faultCommand,
  faultInput,
  faultWords,
  formKinds,
  frequencyExamples,
} from '../../src/inspector/client/subscriptions/fault-words.ts';

const context: FaultContext = { resolveTypes, mostAttempts: 4, order: 'natural' };
const draft: FaultDraft = {
  kind: 'status',
  value: '',
  reached: false,
  frequency: 'always',
  amount: '',
  events: '',
  subscription: undefined,
};
const rule = (words: string): FaultRuleView => checkFaultRules([words], context)[0] as FaultRuleView;

describe('the words of the fault form', () => {
  it.each(formKinds)('are a rule that the mock takes, with nothing but the kind chosen: %s', (kind) => {
    expect(rule(faultWords({ ...draft, kind, subscription: 'sub-1' }))).toMatchObject({
      inject: { kind },
      match: { subscription: 'sub-1' },
    });
  });

  it.each(['first', 'every', 'probability'] as const)(
    'say how often, with an example for an empty field: %s',
    (frequency) => {
      const written = rule(faultWords({ ...draft, frequency }));
      expect(written[frequency]).toBe(Number(frequencyExamples[frequency]));
    },
  );

  it('have everything that was chosen in them', () => {
    const words = faultWords({
      kind: 'status',
      value: '429',
      reached: true,
      frequency: 'first',
      amount: '3',
      events: 'product.updated, asset.*',
      subscription: 'sub-1',
    });
    expect(words).toBe('status=429 reached first=3 type=product.updated,asset.* subscription=sub-1');
  });

  it('leave out what the kind cannot have', () => {
    expect(faultWords({ ...draft, kind: 'activationDelay', events: 'product.*', reached: true })).toBe(
      'activationDelay=1m',
    );
    expect(faultWords({ ...draft, kind: 'duplicate' })).toBe('duplicate');
    expect(faultWords({ ...draft, kind: 'duplicate', value: '5s' })).toBe('duplicate=5s');
  });

  it('make a command that a shell takes as one word, whatever was typed', () => {
    const command = faultCommand(faultWords({ ...draft, value: "5'03" }), 'http://127.0.0.1:8090');
    expect(command).toBe(`aep-mock ctl fault add 'status=5'\\''03' --server http://127.0.0.1:8090`);
  });
});

describe('a rule in force', () => {
  const rules = [
    'status=503 first=2 type=product.updated',
    'status=500 reached',
    'timeout every=3 attempt=2',
    'reset reached probability=0.5',
    'delay=2s subscription=sub-1',
    'corruptSignature name=mine',
    'missingSignature',
    'staleSecret',
    'oversizedBody=2000',
    'duplicate',
    'duplicate=0ms',
    'duplicate=2s type=asset.*',
    'reorder=3',
    'activationDelay=1m subscription=sub-1',
    'apiStatus',
    'apiDelay=2s method=POST path=/api/v1/subscribers',
  ];

  it.each(rules)('can be put into force again as it is: %s', (words) => {
    const inForce = rule(words);
    expect(checkFaultRules([faultInput(inForce) as unknown as FaultInput], context)).toEqual([inForce]);
  });

  it('concerns a subscription when it is about it, or about all', () => {
    expect(concerns(rule('timeout'), 'sub-1')).toBe(true);
    expect(concerns(rule('timeout subscription=sub-1'), 'sub-1')).toBe(true);
    expect(concerns(rule('timeout subscription=sub-2'), 'sub-1')).toBe(false);
    expect(concerns(rule('apiStatus=503'), 'sub-1')).toBe(false);
  });
});
