import { fail } from '../errors.ts';
import { type FaultKind, faultKinds } from './fault.ts';
import { faultFilters, faultFrequencies, filtersOf } from './fault-input.ts';
import { nearest } from './nearest.ts';
import { durationForm, parseDuration } from './parse-duration.ts';

const filterKeys: readonly string[] = faultFilters;
const knownKeys = ['name', ...faultKinds, ...faultFilters, ...faultFrequencies];

/** Reads the fields of one rule, and knows how to refuse them. */
export class FaultFields {
  readonly #fields: Record<string, unknown>;
  readonly #position: string;

  constructor(fields: Record<string, unknown>, position: string) {
    this.#fields = fields;
    this.#position = typeof fields.name === 'string' ? `fault "${fields.name}"` : position;
    for (const key of Object.keys(fields)) {
      if (knownKeys.includes(key)) continue;
      const close = nearest(key, knownKeys);
      throw this.refuse(
        '',
        key,
        'a key of a fault rule',
        `${close ? `did you mean ${close}? ` : ''}it takes ${knownKeys.join(', ')}`,
      );
    }
  }

  refuse(field: string, value: unknown, expected: string, hint?: string): Error {
    return fail('FAULT_RULE', { rule: this.#position, field, value, expected, ...(hint !== undefined && { hint }) });
  }

  has = (field: string): boolean => this.#fields[field] !== undefined;
  get = (field: string): unknown => this.#fields[field];
  is = (field: string, value: unknown): boolean => this.#fields[field] === value;

  /** The one kind, after a look at the keys that do not go with it. */
  kind(): FaultKind {
    const [kind, second] = faultKinds.filter((each) => this.has(each));
    const kinds = `one of ${faultKinds.join(', ')}`;
    if (kind === undefined) throw this.refuse('', this.#fields, 'a rule with a kind', `name what happens: ${kinds}`);
    if (second !== undefined)
      throw this.refuse(second, this.get(second), `possible together with ${kind}`, 'make two rules of it');
    const wanted: readonly string[] = filtersOf(kind);
    for (const key of filterKeys) {
      if (!this.has(key) || wanted.includes(key)) continue;
      throw this.refuse(
        key,
        this.get(key),
        `possible together with ${kind}`,
        `beside how often, it takes ${wanted.join(', ')}`,
      );
    }
    return kind;
  }

  name(): string | undefined {
    return this.has('name') ? this.text('name') : undefined;
  }

  text(field: string): string {
    const value = this.get(field);
    if (typeof value === 'string' && value.trim() !== '') return value;
    throw this.refuse(field, value, 'a non-empty text');
  }

  /** A list, or a text separated by commas. */
  texts(field: string): string[] {
    const value = this.get(field);
    const items: unknown[] = typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [];
    const texts = items.filter((item) => typeof item === 'string').map((item) => item.trim());
    if (texts.length > 0 && texts.length === items.length && !texts.includes('')) return texts;
    throw this.refuse(field, value, 'an event type or a list of them');
  }

  oneOf(field: string, words: readonly string[]): string {
    const value = this.get(field);
    const word = words.find((candidate) => typeof value === 'string' && candidate === value.toUpperCase());
    if (word !== undefined) return word;
    throw this.refuse(field, value, `one of ${words.join(', ')}`);
  }

  path(field: string): string {
    const value = this.get(field);
    if (typeof value === 'string' && /^\/api\/v1(\/|$)/.test(value)) return value.replace(/\/+$/, '');
    throw this.refuse(field, value, 'the beginning of a path of the management API', 'for example /api/v1/subscribers');
  }

  integer(field: string, min: number, max = Number.MAX_SAFE_INTEGER): number {
    const value = this.get(field);
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) return value;
    const limit = max === Number.MAX_SAFE_INTEGER ? `from ${min}` : `from ${min} to ${max}`;
    throw this.refuse(field, value, `a whole number ${limit}`);
  }

  share(field: string): number {
    const value = this.get(field);
    if (typeof value === 'number' && value > 0 && value <= 1) return value;
    throw this.refuse(field, value, 'a probability above 0 and up to 1', 'for example 0.05 for one in twenty');
  }

  toggle(field: string): boolean {
    const value = this.get(field);
    if (typeof value === 'boolean') return value;
    throw this.refuse(field, value, 'true or false');
  }

  /** A kind without a value. */
  yes(field: string): void {
    if (!this.is(field, true))
      throw this.refuse(field, this.get(field), 'true', `leave the key out, or say just ${field}`);
  }

  duration(field: string, min = 1): number {
    const value = this.get(field);
    const ms = typeof value === 'string' ? parseDuration(value) : value;
    if (typeof ms === 'number' && Number.isSafeInteger(ms) && ms >= min) return ms;
    throw this.refuse(field, value, `${durationForm}, or milliseconds from ${min}`);
  }
}
