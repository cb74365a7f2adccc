import { uuidv4 } from '../core/ids.ts';
import type { Rng } from '../core/rng.ts';
import { mainIdentifierKey } from './attributes.ts';
import { becameComplete, becameIncomplete, completePlaces, familyOf, missingKeys } from './completeness.ts';
import type { ProductChanges } from './delta-data.ts';
import { drawValue, nextIdentifier } from './draw-value.ts';
import { editAssociations, editQuantified } from './edit-associations.ts';
import { assign, editCategories, editParent, editValues, toggle } from './edit-enriched.ts';
import { type Fact, fact, productReference, savedAt } from './facts.ts';
import type { Family, Pim, Product } from './pim.ts';

/** Puts a new product into the PIM: in a family, with its identifier as only value. */
export function addProduct(pim: Pim): Product {
  const rng = pim.dice.products;
  const model = rng.chance(0.3) ? pim.models.pick(rng) : undefined;
  if (model) model.children++;
  const identifier = nextIdentifier(pim);
  const product: Product = {
    uuid: uuidv4(pim.dice.uuids),
    identifier,
    family: model?.family ?? rng.pick(pim.families.kept).code,
    parent: model?.code ?? null,
    enabled: rng.chance(0.8),
    categories: [],
    groups: [],
    values: new Map([[mainIdentifierKey, { data: identifier, is_main_identifier: true }]]),
    associations: new Map(),
    quantified: new Map(),
    announced: new Set(),
  };
  pim.products.add(product);
  return product;
}

const slotsOf = (family: Family, product: Product) => (product.parent === null ? family.slots : family.variantSlots);

/** Gives a product values silently, as though it had been there for long. `share` is how much of its slots. */
export function fillProduct(pim: Pim, product: Product, share: number): void {
  const rng = pim.dice.products;
  const family = familyOf(pim, product);
  for (const slot of family ? slotsOf(family, product) : []) {
    if (slot.attribute.main || !rng.chance(share)) continue;
    const value = drawValue(pim, rng, slot, undefined);
    if (value !== undefined) product.values.set(slot.key, value);
  }
}

/** Gives a product all that its family requires, silently. */
export function completeProduct(pim: Pim, product: Product): void {
  const family = familyOf(pim, product);
  const missing = family ? missingKeys(family, product) : new Set();
  for (const slot of family?.slots ?? []) {
    const value = missing.has(slot.key) ? drawValue(pim, pim.dice.products, slot, undefined) : undefined;
    if (value !== undefined) product.values.set(slot.key, value);
  }
}

/** Takes it for granted that everybody knows on what the product is complete. */
export function settleCompleteness(pim: Pim, product: Product): void {
  product.announced = new Set(completePlaces(pim, product).map(({ key }) => key));
}

export const productCreated = (product: Product): Fact =>
  fact('com.akeneo.pim.v1.product.created', { product: productReference(product) });

export const productUpdated = (product: Product): Fact =>
  fact('com.akeneo.pim.v1.product.updated', { product: productReference(product) });

export const productDelta = (product: Product, now: number, changes: ProductChanges): Fact =>
  fact('com.akeneo.pim.v1.product.updated.delta', {
    product: { ...productReference(product), updated_at: savedAt(now), changes },
  });

/** A save with these changes, and what follows from it. */
export function savedProduct(pim: Pim, product: Product, now: number, changes: ProductChanges): Fact[] {
  const announcements = [becameComplete(pim, product), becameIncomplete(pim, product)];
  return [
    productUpdated(product),
    productDelta(product, now, changes),
    ...announcements.filter((made) => made !== undefined),
  ];
}

/** Removes a product. Its variants' parent loses a child, and its workflow tasks lapse. */
export function deleteProduct(pim: Pim, product: Product): Fact {
  pim.products.remove(product);
  const parent = product.parent === null ? undefined : pim.models.values().find(({ code }) => code === product.parent);
  if (parent) parent.children--;
  return fact('com.akeneo.pim.v1.product.deleted', { product: productReference(product) });
}

/** Changes something in a product: its values as a rule, and now and then the rest. Never nothing. */
export function editProduct(pim: Pim, product: Product): ProductChanges {
  const rng = pim.dice.products;
  const changes: ProductChanges = {};
  // In vain now and then: a product without a family has no values to edit.
  while (Object.keys(changes).length === 0) {
    if (rng.chance(0.06)) changes.enabled = toggleEnabled(product);
    if (rng.chance(0.12)) assign(changes, 'categories', editCategories(pim, rng, product));
    if (product.parent === null && rng.chance(product.family === null ? 0.5 : 0.02)) {
      changes.family = changeFamily(pim, rng, product);
    }
    if (rng.chance(0.06)) changes.groups = toggle(product.groups, rng.pick(pim.groups));
    if (rng.chance(0.05)) assign(changes, 'parent', editParent(pim, rng, product));
    if (rng.chance(0.85)) assign(changes, 'values', editProductValues(pim, rng, product));
    if (rng.chance(0.06)) assign(changes, 'associations', editAssociations(pim, rng, product));
    if (rng.chance(0.05)) assign(changes, 'quantified_associations', editQuantified(pim, rng, product));
  }
  return changes;
}

/** Fills values that the product still needs to be complete, as somebody does who enriches it before a launch. */
export function editProductValues(pim: Pim, rng: Rng, product: Product): ProductChanges['values'] {
  const family = familyOf(pim, product);
  if (!family) return undefined;
  const slots = slotsOf(family, product);
  const missing = missingKeys(family, product);
  const wanted = slots.filter(({ key }) => missing.has(key));
  const values = editValues(pim, rng, product, slots, wanted);
  // The main identifier is a value, and events name the product by it.
  const main = product.values.get(mainIdentifierKey);
  if (typeof main === 'object' && 'is_main_identifier' in main) product.identifier = main.data;
  return values;
}

function toggleEnabled(product: Product): { previous: boolean; new: boolean } {
  const previous = product.enabled;
  product.enabled = !previous;
  return { previous, new: product.enabled };
}

/** Another family, or none. The values stay, as the PIM keeps them. */
function changeFamily(pim: Pim, rng: Rng, product: Product): { previous: string | null; new: string | null } {
  const previous = product.family;
  const others = pim.families.kept.filter(({ code }) => code !== previous);
  product.family = others.length === 0 || (previous !== null && rng.chance(0.1)) ? null : rng.pick(others).code;
  return { previous, new: product.family };
}
