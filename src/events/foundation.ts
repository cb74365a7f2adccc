import type { Rng } from '../core/rng.ts';
import { type Attribute, attributeGroups, attributeSpecs, makeAttribute, slotKeyOn } from './attributes.ts';
import type { Fact } from './facts.ts';
import type { Family, Pim } from './pim.ts';
import { describe, type StructureData, type StructureName, structureFact } from './structure.ts';

/** One step of building a PIM: it creates an entity that products will refer to, and says so. */
export type Step = () => Fact;

/**
 * The structure that products stand on, as steps in an order that works: attributes before their options, families last.
 * A PIM with a past takes all of them silently; an empty one announces each.
 */
export function planFoundation(pim: Pim, rng: Rng): Step[] {
  const { vocabulary } = pim;
  const optionsOf = (attribute: string, codes: readonly string[]) => codes.map((code) => ({ code, attribute }));
  const recordsOf = (entity: string, codes: readonly string[]) => codes.map((code) => ({ code, entity }));
  return [
    ...attributeGroups.map(
      (code) => () => keep('attribute-group', pim.attributeGroups.kept, { code }, describe['attribute-group']),
    ),
    ...attributeSpecs.map(
      (spec) => () => keep('attribute', pim.attributes.kept, makeAttribute(spec, pim.channels), describe.attribute),
    ),
    ...[...optionsOf('color', vocabulary.colors), ...optionsOf('materials', vocabulary.materials)].map(
      (option) => () => {
        pim.attributes.kept.find(({ code }) => code === option.attribute)?.options.push(option.code);
        return keep('attribute-option', pim.options.kept, option, describe['attribute-option']);
      },
    ),
    ...vocabulary.categories.map((code) => () => keep('category', pim.categories.kept, { code }, describe.category)),
    ...[...recordsOf('brands', vocabulary.brands), ...recordsOf('designers', vocabulary.designers)].map(
      (record) => () => keep('reference-entity-record', pim.records.kept, record, describe['reference-entity-record']),
    ),
    ...vocabulary.fileNames.slice(0, 8).map((code) => () => {
      const asset = { code, family: rng.pick(pim.assetFamilies), values: new Map() };
      return keep('asset', pim.assets.kept, asset, describe.asset);
    }),
    ...vocabulary.families.map((code, index) => () => {
      return keep('family', pim.families.kept, makeFamily(pim, rng, code, index === 0), describe.family);
    }),
  ];
}

/** Creates an entity that stays. */
function keep<T>(name: StructureName, kept: T[], item: T, describeItem: (item: T) => StructureData): Fact {
  kept.push(item);
  return structureFact(name, 'created', describeItem(item));
}

/** A family with the attributes that every product has and some of the others; the first has them all. */
function makeFamily(pim: Pim, rng: Rng, code: string, withAll: boolean): Family {
  const attributes = pim.attributes.kept.filter((attribute) => {
    return rng.chance(0.75) || withAll || attribute.required === 'always' || attribute.level === 'model';
  });
  const slotsWhere = (holds: (attribute: Attribute) => boolean) =>
    attributes.filter(holds).flatMap(({ slots }) => slots);
  const required = new Map<string, string[]>();
  for (const channel of pim.channels) {
    const wanted = attributes.filter((attribute) => {
      return attribute.required === 'always' || (attribute.required === 'maybe' && rng.chance(0.4));
    });
    for (const place of pim.places.filter(({ scope }) => scope === channel.code)) {
      required.set(
        place.key,
        wanted.map((attribute) => slotKeyOn(attribute, place)),
      );
    }
  }
  return {
    code,
    slots: slotsWhere(() => true),
    modelSlots: slotsWhere(({ level }) => level === 'model'),
    variantSlots: slotsWhere(({ level }) => level !== 'model'),
    required,
  };
}
