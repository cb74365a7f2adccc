import { flagOf, type OptionName, specOf, variableOf } from '../config/option-table.ts';
import type { Origin } from '../config/options.ts';
import { redacted } from '../core/redacted.ts';
import { table } from '../narration/text.ts';
import type { Renderer } from './render.ts';

/** Prints every option with its value and where that came from, secrets redacted. */
export function printConfig(
  options: Partial<Record<OptionName, { value: unknown; from: Origin }>>,
  file: string | undefined,
  render: Renderer,
): void {
  const entries = Object.entries(options) as [OptionName, { value: unknown; from: Origin }][];
  const shown = entries.map(([name, { value, from }]) => ({ name, value: displayed(name, value), from }));
  const place = (name: OptionName, from: Origin): string => {
    if (from === 'flag') return flagOf(name);
    if (from === 'env') return variableOf(name);
    return from === 'file' ? (file ?? from) : from;
  };
  const rows = shown.map(({ name, value, from }) => [name, value === undefined ? '-' : text(value), place(name, from)]);
  render.data(
    {
      type: 'config',
      options: Object.fromEntries(shown.map(({ name, value, from }) => [name, { value: value ?? null, from }])),
    },
    table([['option', 'value', 'from'], ...rows]),
  );
}

function displayed(name: OptionName, value: unknown): unknown {
  if (!specOf(name).secret || value === undefined) return value;
  return Array.isArray(value) ? value.map(() => redacted) : redacted;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
