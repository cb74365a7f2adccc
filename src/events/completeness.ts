import type { Place } from './attributes.ts';
import { type Fact, fact, productReference } from './facts.ts';
import type { Family, Pim, Product } from './pim.ts';

/**
 * Completeness is told on each channel and locale. A family only requires what its products hold themselves, so that saving a
 * product model completes nothing.
 */

export const familyOf = (pim: Pim, item: { family: string | null }): Family | undefined =>
  pim.families.kept.find(({ code }) => code === item.family);

const isComplete = (family: Family | undefined, product: Product, place: Place): boolean =>
  family?.required.get(place.key)?.every((key) => product.values.has(key)) ?? false;

export function completePlaces(pim: Pim, product: Product): Place[] {
  const family = familyOf(pim, product);
  return pim.places.filter((place) => isComplete(family, product, place));
}

/** The keys of the values that the family requires and the product lacks. */
export function missingKeys(family: Family, product: Product): Set<string> {
  return new Set([...family.required.values()].flat().filter((key) => !product.values.has(key)));
}

const places = (list: readonly Place[]) => list.map(({ locale, scope }) => ({ locale, scope }));

/** Announces the places on which the product has become complete since the last announcement. */
export function becameComplete(pim: Pim, product: Product): Fact | undefined {
  const found = completePlaces(pim, product).filter(({ key }) => !product.announced.has(key));
  if (found.length === 0) return undefined;
  for (const { key } of found) product.announced.add(key);
  return fact('com.akeneo.pim.v1.product.became-complete', {
    product: { ...productReference(product), complete_on: places(found) },
  });
}

/** Announces the places on which the product is no longer complete. */
export function becameIncomplete(pim: Pim, product: Product): Fact | undefined {
  if (product.announced.size === 0) return undefined;
  const family = familyOf(pim, product);
  const found = pim.places.filter((place) => product.announced.has(place.key) && !isComplete(family, product, place));
  if (found.length === 0) return undefined;
  for (const { key } of found) product.announced.delete(key);
  return fact('com.akeneo.pim.v1.product.became-incomplete', {
    product: { ...productReference(product), incomplete_on: places(found) },
  });
}
