import type { Rng } from '../core/rng.ts';
import { makeAttribute } from './attributes.ts';
import type { EventDataOf } from './event-data.ts';
import { type Fact, fact, type WithoutAuthor } from './facts.ts';
import type { Pim, Shelf } from './pim.ts';

/** What is created, updated and deleted as a whole. */
export type StructureName =
  | 'attribute-group'
  | 'attribute'
  | 'attribute-option'
  | 'category'
  | 'family'
  | 'reference-entity-record'
  | 'asset';
type StructureVerb = 'created' | 'updated' | 'deleted';

export type StructureData = WithoutAuthor<EventDataOf<`com.akeneo.pim.v1.${StructureName}.created`>>;

export const structureFact = (name: StructureName, verb: StructureVerb, data: StructureData): Fact =>
  fact(`com.akeneo.pim.v1.${name}.${verb}` as const, data);

/** The life of one kind of entity. What an act needs and does not find is brought into being silently. */
export interface Structure<T = unknown> {
  /** Brings one into being, as though it had been there for long. */
  bring(): T;
  create(): Fact;
  update(): Fact;
  delete(): Fact;
  /** Whether there is one that may be deleted. */
  canDelete(): boolean;
}

/** How each kind describes itself in its events. */
export const describe = {
  'attribute-group': ({ code }: { code: string }) => ({ attribute_group: { code } }),
  attribute: ({ code }: { code: string }) => ({ attribute: { code } }),
  'attribute-option': ({ code, attribute }: { code: string; attribute: string }) => ({
    attribute_option: { code, attribute: { code: attribute } },
  }),
  category: ({ code }: { code: string }) => ({ category: { code } }),
  family: ({ code }: { code: string }) => ({ family: { code } }),
  'reference-entity-record': ({ code, entity }: { code: string; entity: string }) => ({
    reference_entity_record: { code, reference_entity: { code: entity } },
  }),
  asset: ({ code, family }: { code: string; family: string }) => ({ asset: { asset_family: { code: family }, code } }),
};

function structure<T>(
  rng: Rng,
  name: StructureName,
  shelf: Shelf<T>,
  describeItem: (item: T) => StructureData,
  invent: (rng: Rng, serial: number) => T,
): Structure<T> {
  const say = (verb: StructureVerb, item: T): Fact => structureFact(name, verb, describeItem(item));
  const bring = (): T => {
    const item = invent(rng, shelf.nextSerial());
    shelf.passing.add(item);
    return item;
  };
  return {
    bring,
    create: () => say('created', bring()),
    update: () => say('updated', shelf.pick(rng) ?? bring()),
    delete: () => {
      const item = shelf.passing.pick(rng) ?? bring();
      shelf.passing.remove(item);
      return say('deleted', item);
    },
    canDelete: () => shelf.passing.size > 0,
  };
}

/** The kinds of a PIM's structure, each with chance of its own. */
export function createStructures(pim: Pim, rng: Rng) {
  const { vocabulary } = pim;
  const make = <T>(
    name: StructureName,
    shelf: Shelf<T>,
    describeItem: (item: T) => StructureData,
    invent: (rng: Rng, n: number) => T,
  ) => structure(rng.fork(name), name, shelf, describeItem, invent);
  return {
    'attribute-group': make('attribute-group', pim.attributeGroups, describe['attribute-group'], (_, n) => ({
      code: `group_${n}`,
    })),
    attribute: make('attribute', pim.attributes, describe.attribute, (dice, n) =>
      makeAttribute(
        { code: `${dice.pick(vocabulary.materials)}_share_${n}`, type: 'pim_catalog_number', group: 'technical' },
        pim.channels,
      ),
    ),
    'attribute-option': make('attribute-option', pim.options, describe['attribute-option'], (dice, n) => ({
      code: `${dice.pick(vocabulary.colors)}_${n}`,
      attribute: 'color',
    })),
    category: make('category', pim.categories, describe.category, (dice, n) => ({
      code: `${dice.pick(vocabulary.categories)}_${n}`,
    })),
    family: make('family', pim.families, describe.family, (dice, n) => ({
      code: `${dice.pick(vocabulary.families)}_${n}`,
      slots: [],
      modelSlots: [],
      variantSlots: [],
      required: new Map(),
    })),
    'reference-entity-record': make(
      'reference-entity-record',
      pim.records,
      describe['reference-entity-record'],
      (dice, n) => ({
        code: `${dice.pick(vocabulary.brands)}_${n}`,
        entity: 'brands',
      }),
    ),
    asset: make('asset', pim.assets, describe.asset, (dice, n) => ({
      code: `${dice.pick(vocabulary.fileNames)}_${n}`,
      family: dice.pick(pim.assetFamilies),
      values: new Map(),
    })),
  };
}

export type Structures = ReturnType<typeof createStructures>;
