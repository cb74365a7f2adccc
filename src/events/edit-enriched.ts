import type { Rng } from '../core/rng.ts';
import type { Slot } from './attributes.ts';
import type { ValueChange } from './delta-data.ts';
import { drawValue } from './draw-value.ts';
import type { Enriched, Pim } from './pim.ts';

/** Edits of what products and product models have in common. Each applies itself and returns what it changed, or undefined. */

export type AddedRemoved = { added: string[]; removed: string[] };
type ValueChanges = Record<string, ValueChange[]>;

/** Takes a code out of a list, or puts it in. */
export function toggle(codes: string[], code: string): AddedRemoved {
  const index = codes.indexOf(code);
  if (index < 0) {
    codes.push(code);
    return { added: [code], removed: [] };
  }
  codes.splice(index, 1);
  return { added: [], removed: [code] };
}

export function editCategories(pim: Pim, rng: Rng, item: Enriched): AddedRemoved | undefined {
  const { kept } = pim.categories;
  return kept.length === 0 ? undefined : toggle(item.categories, rng.pick(kept).code);
}

/** Changes one to three values: mostly new ones, now and then a removal. `missing` are slots that would make the item complete. */
export function editValues(
  pim: Pim,
  rng: Rng,
  item: Enriched,
  slots: readonly Slot[],
  missing: readonly Slot[] = [],
): ValueChanges | undefined {
  const chosen = new Set<Slot>();
  for (let count = rng.int(1, 3); count > 0 && slots.length > 0; count--) {
    chosen.add(missing.length > 0 && rng.chance(0.6) ? rng.pick(missing) : rng.pick(slots));
  }
  const changes: ValueChanges = {};
  for (const slot of chosen) {
    const change = editValue(pim, rng, item, slot);
    if (!change) continue;
    changes[slot.attribute.code] = [...(changes[slot.attribute.code] ?? []), change];
  }
  return Object.keys(changes).length > 0 ? changes : undefined;
}

function editValue(pim: Pim, rng: Rng, item: Enriched, slot: Slot): ValueChange | undefined {
  const previous = item.values.get(slot.key);
  const place = { type: slot.attribute.type, locale: slot.locale, scope: slot.scope };
  // A product without its main identifier would be another product to many consumers.
  if (previous !== undefined && !slot.attribute.main && rng.chance(0.08)) {
    item.values.delete(slot.key);
    return { previous, new: null, ...place };
  }
  const value = drawValue(pim, rng, slot, previous);
  if (value === undefined) return undefined;
  item.values.set(slot.key, value);
  return { previous: previous ?? null, new: value, ...place };
}

/** Moves a variant or a sub-model to another product model of its family. */
export function editParent(
  pim: Pim,
  rng: Rng,
  item: Enriched & { family: string | null },
): { previous: string; new: string } | undefined {
  const previous = item.parent;
  if (previous === null) return undefined;
  const next = pim.models.find(rng, (model) => {
    return model.code !== previous && model.family === item.family && model !== item && model.parent === null;
  });
  if (!next) return undefined;
  const former = pim.models.values().find((model) => model.code === previous);
  if (former) former.children--;
  next.children++;
  item.parent = next.code;
  return { previous, new: next.code };
}

/** Sets a key only when there is a value: an absent change has no key at all. */
export function assign<T, Key extends keyof T>(target: T, key: Key, value: T[Key] | undefined): void {
  if (value !== undefined) target[key] = value;
}
