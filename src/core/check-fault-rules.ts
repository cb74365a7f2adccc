import { fail } from '../errors.ts';
import type { Disorder } from './disorder.ts';
import { type FaultKind, type FaultMatch, type FaultRule, type Injection, stageOf } from './fault.ts';
import { FaultFields } from './fault-fields.ts';
import { type FaultInput, faultFrequencies, parseFaultText } from './fault-input.ts';

/** What the rules have to go with. */
export interface FaultContext {
  /** The event types that a pattern names. @throws UNKNOWN_EVENT_TYPE */
  resolveTypes(pattern: string): readonly string[];
  /** Most attempts of a delivery: the first and its retries. */
  mostAttempts: number;
  order: Disorder['order'];
}

/**
 * Turns rules as people write them into rules in force. `existing` are asked before them.
 * @throws FAULT_RULE naming the rule, the field, the value and what it may be; FAULT_NEVER_FIRES; UNKNOWN_EVENT_TYPE
 */
export function checkFaultRules(
  inputs: readonly (FaultInput | string)[],
  context: FaultContext,
  existing: readonly FaultRule[] = [],
): FaultRule[] {
  const rules: FaultRule[] = [...existing];
  for (const [i, input] of inputs.entries()) {
    const rule = readRule(input, rules, `fault ${i + 1}`, context);
    refuseWithoutEffect(rule, rules, context);
    rules.push(rule);
  }
  return rules.slice(existing.length);
}

function readRule(input: unknown, before: readonly FaultRule[], position: string, context: FaultContext): FaultRule {
  const fields = typeof input === 'string' ? parseFaultText(input) : input;
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    throw fail('FAULT_RULE', {
      rule: position,
      field: '',
      value: input,
      expected: 'a rule such as {"status": 503, "first": 2}',
    });
  }
  const reader = new FaultFields(fields as Record<string, unknown>, position);
  const kind = reader.kind();
  const inject = readInjection(kind, reader);
  const name = reader.name() ?? defaultName(inject, before);
  if (before.some((rule) => rule.name === name)) {
    throw reader.refuse(
      'name',
      name,
      'a name of its own: another rule has it',
      'leave the name out, and the rule gets a free one',
    );
  }
  const frequency = readFrequency(reader);
  return { name, match: readMatch(reader, context), ...frequency, inject };
}

function readInjection(kind: FaultKind, fields: FaultFields): Injection {
  const reached = fields.has('reached') ? fields.toggle('reached') : false;
  switch (kind) {
    case 'status':
      return { kind, status: fields.integer(kind, 200, 599), reached };
    case 'timeout':
    case 'reset':
      fields.yes(kind);
      return { kind, reached };
    case 'corruptSignature':
    case 'missingSignature':
    case 'staleSecret':
      fields.yes(kind);
      return { kind };
    case 'oversizedBody':
      return { kind, bytes: fields.integer(kind, 1, 64 * 1024 * 1024) };
    case 'reorder':
      return { kind, places: fields.integer(kind, 1, 10_000) };
    case 'duplicate':
      return fields.is(kind, true) ? { kind } : { kind, delayMs: fields.duration(kind, 0) };
    case 'apiStatus':
      return { kind, status: fields.is(kind, true) ? 503 : fields.integer(kind, 400, 599) };
    case 'delay':
    case 'activationDelay':
    case 'apiDelay':
      return { kind, delayMs: fields.duration(kind) };
  }
}

function readMatch(fields: FaultFields, { resolveTypes }: FaultContext): FaultMatch {
  const match: FaultMatch = {};
  if (fields.has('type')) match.events = [...new Set(fields.texts('type').flatMap((pattern) => resolveTypes(pattern)))];
  if (fields.has('subscription')) match.subscription = fields.text('subscription');
  if (fields.has('attempt')) match.attempt = fields.integer('attempt', 1);
  if (fields.has('method')) match.method = fields.oneOf('method', ['GET', 'POST', 'PATCH', 'DELETE']);
  if (fields.has('path')) match.path = fields.path('path');
  return match;
}

function readFrequency(fields: FaultFields): Pick<FaultRule, 'first' | 'every' | 'probability'> {
  const [key, second] = faultFrequencies.filter((each) => fields.has(each));
  if (key === undefined) return {};
  if (second !== undefined) {
    throw fields.refuse(
      second,
      fields.get(second),
      `possible together with ${key}`,
      'say one of first, every and probability',
    );
  }
  return key === 'probability' ? { probability: fields.share(key) } : { [key]: fields.integer(key, 1) };
}

/** The kind and its value, with a number behind when that is taken: `status-503`, `status-503-2`. */
function defaultName(inject: Injection, before: readonly FaultRule[]): string {
  const value = 'status' in inject ? `-${inject.status}` : '';
  const wanted = inject.kind + value;
  const taken = new Set(before.map(({ name }) => name));
  for (let n = 1; ; n++) {
    const name = n === 1 ? wanted : `${wanted}-${n}`;
    if (!taken.has(name)) return name;
  }
}

function refuseWithoutEffect(
  rule: FaultRule,
  before: readonly FaultRule[],
  { mostAttempts, order }: FaultContext,
): void {
  const { name: named, match, inject } = rule;
  const never = (reason: string, hint: string): Error => fail('FAULT_NEVER_FIRES', { rule: named, reason, hint });
  if (match.attempt !== undefined && match.attempt > mostAttempts) {
    throw never(
      `a delivery has ${mostAttempts} attempts at most, and this is about number ${match.attempt}`,
      `say an attempt from 1 to ${mostAttempts}, or give the policy more retryDelaysMs`,
    );
  }
  if ((inject.kind === 'reorder' || inject.kind === 'delay') && order === 'fifo') {
    throw never('deliveries go out in order', 'leave out --order fifo, or this rule');
  }
  const shadow = before.find((earlier) => shadows(earlier, rule));
  if (shadow) {
    throw never(
      `the rule "${shadow.name}" comes first and takes everything that this one matches`,
      `put this rule before it, or let "${shadow.name}" match less`,
    );
  }
}

/** Whether an earlier rule leaves nothing to a later one: it always fires, and on all that the other matches. */
function shadows(earlier: FaultRule, later: FaultRule): boolean {
  const { first, every = 1, probability = 1, match, inject } = earlier;
  if (first !== undefined || every > 1 || probability < 1) return false;
  const excludes =
    stageOf(inject.kind) === 'attempt' ? stageOf(later.inject.kind) === 'attempt' : inject.kind === later.inject.kind;
  const { events, path, ...exact } = match;
  return (
    excludes &&
    (events === undefined || later.match.events?.every((type) => events.includes(type)) === true) &&
    (path === undefined || `${later.match.path ?? ''}/`.startsWith(`${path}/`)) &&
    Object.entries(exact).every(([key, value]) => later.match[key as keyof typeof exact] === value)
  );
}
