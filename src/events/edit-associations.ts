import type { Rng } from '../core/rng.ts';
import type { ProductModelChanges } from './delta-data.ts';
import { toggle } from './edit-enriched.ts';
import type { Associated, Enriched, Pim } from './pim.ts';

type AssociationChanges = NonNullable<ProductModelChanges['associations']>;
type QuantifiedChanges = NonNullable<ProductModelChanges['quantified_associations']>;

/** Adds or removes one association with a product, a product model or a group. Returns what changed, or undefined. */
export function editAssociations(pim: Pim, rng: Rng, item: Enriched): AssociationChanges | undefined {
  const type = rng.pick(pim.associationTypes);
  const associated = item.associations.get(type) ?? { products: [], product_models: [], groups: [] };
  const added: Associated = { products: [], product_models: [], groups: [] };
  const removed: Associated = { products: [], product_models: [], groups: [] };
  const kind = rng.pick(['products', 'products', 'product_models', 'groups'] as const);
  const code =
    associated[kind].length > 0 && rng.chance(0.4) ? rng.pick(associated[kind]) : drawAssociate(pim, rng, item, kind);
  if (code === undefined) return undefined;
  const change = toggle(associated[kind], code);
  added[kind] = change.added;
  removed[kind] = change.removed;
  item.associations.set(type, associated);
  return { [type]: { added, removed } };
}

/** Sets, changes or takes away how many pieces of another product or product model belong to this one. */
export function editQuantified(pim: Pim, rng: Rng, item: Enriched): QuantifiedChanges | undefined {
  const type = rng.pick(pim.quantifiedTypes);
  const quantified = item.quantified.get(type) ?? { products: new Map(), product_models: new Map() };
  const kind = rng.pick(['products', 'products', 'product_models'] as const);
  const present = [...quantified[kind].keys()];
  const id = present.length > 0 && rng.chance(0.6) ? rng.pick(present) : drawAssociate(pim, rng, item, kind);
  if (id === undefined) return undefined;
  item.quantified.set(type, quantified);
  const change: QuantifiedChanges[string] = {
    added: { products: [], product_models: [] },
    removed: { products: [], product_models: [] },
    updated: { products: [], product_models: [] },
  };
  const before = quantified[kind].get(id);
  if (before !== undefined && rng.chance(0.4)) {
    quantified[kind].delete(id);
    change.removed[kind].push(id);
    return { [type]: change };
  }
  const quantity = (before ?? 0) + rng.int(1, 5);
  quantified[kind].set(id, quantity);
  const updated = before === undefined ? undefined : { quantity, previous_quantity: before };
  if (kind === 'products') {
    if (updated) change.updated?.products.push({ uuid: id, ...updated });
    else change.added.products.push({ uuid: id, quantity });
  } else if (updated) change.updated?.product_models.push({ code: id, ...updated });
  else change.added.product_models.push({ code: id, quantity });
  return { [type]: change };
}

function drawAssociate(pim: Pim, rng: Rng, item: Enriched, kind: keyof Associated): string | undefined {
  if (kind === 'groups') return rng.pick(pim.groups);
  if (kind === 'products') return pim.products.find(rng, (product) => product !== item)?.uuid;
  return pim.models.find(rng, (model) => model !== item)?.code;
}
