import { familyOf } from './completeness.ts';
import type { ProductModelChanges } from './delta-data.ts';
import { drawValue } from './draw-value.ts';
import { editAssociations, editQuantified } from './edit-associations.ts';
import { assign, editCategories, editParent, editValues } from './edit-enriched.ts';
import { type Fact, fact, savedAt } from './facts.ts';
import type { Pim, ProductModel } from './pim.ts';

/** Puts a new product model into the PIM: a root, or a sub-model of one. */
export function addProductModel(pim: Pim): ProductModel {
  const rng = pim.dice.models;
  const root = rng.chance(0.3) ? pim.models.find(rng, ({ parent }) => parent === null) : undefined;
  if (root) root.children++;
  const family = root?.family ?? rng.pick(pim.families.kept).code;
  const model: ProductModel = {
    code: `${family}_model_${++pim.serials.model}`,
    family,
    parent: root?.code ?? null,
    categories: [],
    values: new Map(),
    associations: new Map(),
    quantified: new Map(),
    children: 0,
  };
  pim.models.add(model);
  return model;
}

/** Gives a product model values silently, as though it had been there for long. */
export function fillProductModel(pim: Pim, model: ProductModel): void {
  const rng = pim.dice.models;
  for (const slot of familyOf(pim, model)?.modelSlots ?? []) {
    const value = rng.chance(0.7) ? drawValue(pim, rng, slot, undefined) : undefined;
    if (value !== undefined) model.values.set(slot.key, value);
  }
}

/** Changes something in a product model. Never nothing. */
export function editProductModel(pim: Pim, model: ProductModel): ProductModelChanges {
  const rng = pim.dice.models;
  const slots = familyOf(pim, model)?.modelSlots ?? [];
  const changes: ProductModelChanges = {};
  while (Object.keys(changes).length === 0) {
    if (rng.chance(0.15)) assign(changes, 'categories', editCategories(pim, rng, model));
    if (rng.chance(0.1)) assign(changes, 'parent', editParent(pim, rng, model));
    if (rng.chance(0.85)) assign(changes, 'values', editValues(pim, rng, model, slots));
    if (rng.chance(0.06)) assign(changes, 'associations', editAssociations(pim, rng, model));
    if (rng.chance(0.05)) assign(changes, 'quantified_associations', editQuantified(pim, rng, model));
  }
  return changes;
}

/** A product model that nothing hangs on, which is what the PIM lets you delete. */
export const findDeletableModel = (pim: Pim): ProductModel | undefined =>
  pim.models.find(pim.dice.models, ({ children }) => children === 0);

export function deleteProductModel(pim: Pim, model: ProductModel): Fact {
  pim.models.remove(model);
  const parent = model.parent === null ? undefined : pim.models.values().find(({ code }) => code === model.parent);
  if (parent) parent.children--;
  return fact('com.akeneo.pim.v1.product-model.deleted', { product_model: { code: model.code } });
}

export const productModelCreated = (model: ProductModel): Fact =>
  fact('com.akeneo.pim.v1.product-model.created', { product_model: { code: model.code } });

export const productModelUpdated = (model: ProductModel): Fact =>
  fact('com.akeneo.pim.v1.product-model.updated', { product_model: { code: model.code } });

export const productModelDelta = (model: ProductModel, now: number, changes: ProductModelChanges): Fact =>
  fact('com.akeneo.pim.v1.product-model.updated.delta', {
    product_model: { code: model.code, updated_at: savedAt(now), changes },
  });

/** A save with these changes. */
export const savedProductModel = (model: ProductModel, now: number, changes: ProductModelChanges): Fact[] => [
  productModelUpdated(model),
  productModelDelta(model, now, changes),
];
