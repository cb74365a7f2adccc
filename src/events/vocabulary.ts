import { base, en, Faker } from '@faker-js/faker';
import type { Rng } from '../core/rng.ts';

/**
 * The words of a fictional PIM. faker is slow and large, so it fills these lists once and is not asked again; this file is only
 * imported when events are generated.
 */
export interface Vocabulary {
  productNames: string[];
  sentences: string[];
  fileNames: string[];
  usernames: string[];
  categories: string[];
  families: string[];
  colors: string[];
  materials: string[];
  brands: string[];
  designers: string[];
}

export function createVocabulary(rng: Rng): Vocabulary {
  const faker = new Faker({ locale: [en, base], randomizer: { next: () => rng.next(), seed: () => {} } });
  const distinct = (count: number, draw: () => string): string[] => {
    const found = new Set<string>();
    for (let draws = 0; found.size < count && draws < count * 50; draws++) found.add(draw());
    return [...found];
  };
  const codes = (count: number, draw: () => string): string[] => distinct(count, () => codeOf(draw()));
  return {
    productNames: distinct(60, () => faker.commerce.productName()),
    sentences: distinct(30, () => faker.commerce.productDescription()),
    fileNames: codes(20, () => faker.commerce.productAdjective()),
    usernames: codes(6, () => faker.person.firstName()),
    categories: codes(8, () => faker.commerce.department()),
    families: codes(3, () => faker.commerce.product()),
    colors: codes(6, () => faker.color.human()),
    materials: codes(6, () => faker.commerce.productMaterial()),
    brands: codes(4, () => faker.company.name()),
    designers: codes(4, () => faker.person.fullName()),
  };
}

/** A code as the PIM takes it: lower-case letters, digits and underscores, a letter first. */
const codeOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '');
