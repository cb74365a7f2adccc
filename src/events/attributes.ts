import type { AttributeType } from './delta-data.ts';

/** A channel with its locales and the currency of its prices. */
export interface Channel {
  code: string;
  currency: string;
  locales: string[];
}

/** A channel and locale on which completeness is told. */
export interface Place {
  key: string;
  locale: string;
  scope: string;
}

/** What is fixed about an attribute before a PIM has channels and words. */
export interface AttributeSpec {
  code: string;
  type: AttributeType;
  group: string;
  localizable?: boolean;
  scopable?: boolean;
  /** `model`: product models hold it for their variants. A family never requires such an attribute of its products. */
  level?: 'model';
  /** `always`: every family requires it. `maybe`: some families do. */
  required?: 'always' | 'maybe';
  /** The attribute whose value names the product. */
  main?: boolean;
  /** The reference entity of its records. */
  entity?: string;
}

/** One value that an entity can hold: an attribute on a locale and a channel, where it depends on them. */
export interface Slot {
  key: string;
  attribute: Attribute;
  locale: string | null;
  scope: string | null;
}

export interface Attribute extends AttributeSpec {
  slots: Slot[];
  /** The codes that a select attribute offers. */
  options: string[];
}

export const attributeGroups = ['general', 'marketing', 'technical'];

/** At least one attribute of every type that a delta can carry. */
export const attributeSpecs: readonly AttributeSpec[] = [
  { code: 'sku', type: 'pim_catalog_identifier', group: 'general', main: true, required: 'always' },
  { code: 'supplier_reference', type: 'pim_catalog_identifier', group: 'general' },
  { code: 'name', type: 'pim_catalog_text', group: 'general', localizable: true, required: 'always' },
  {
    code: 'description',
    type: 'pim_catalog_textarea',
    group: 'marketing',
    localizable: true,
    scopable: true,
    level: 'model',
  },
  { code: 'brand', type: 'akeneo_reference_entity', group: 'general', entity: 'brands', level: 'model' },
  {
    code: 'designers',
    type: 'akeneo_reference_entity_collection',
    group: 'marketing',
    entity: 'designers',
    level: 'model',
  },
  { code: 'color', type: 'pim_catalog_simpleselect', group: 'general', required: 'maybe' },
  { code: 'materials', type: 'pim_catalog_multiselect', group: 'technical', level: 'model' },
  { code: 'weight', type: 'pim_catalog_metric', group: 'technical', required: 'maybe' },
  { code: 'price', type: 'pim_catalog_price', group: 'marketing', scopable: true, required: 'always' },
  { code: 'picture', type: 'pim_catalog_image', group: 'marketing', required: 'maybe' },
  { code: 'manual', type: 'pim_catalog_file', group: 'technical', localizable: true, level: 'model' },
  { code: 'gallery', type: 'pim_catalog_asset_collection', group: 'marketing' },
  { code: 'release_date', type: 'pim_catalog_date', group: 'marketing', required: 'maybe' },
  { code: 'pack_size', type: 'pim_catalog_number', group: 'technical' },
  { code: 'waterproof', type: 'pim_catalog_boolean', group: 'technical' },
  { code: 'accessory', type: 'pim_catalog_product_link', group: 'marketing' },
  { code: 'dimensions', type: 'pim_catalog_table', group: 'technical' },
];

/** The values that an attribute can have on these channels. */
export function makeAttribute(spec: AttributeSpec, channels: readonly Channel[]): Attribute {
  const attribute: Attribute = { ...spec, slots: [], options: [] };
  const addSlot = (locale: string | null, scope: string | null): void => {
    const key = slotKey(spec.code, locale, scope);
    if (!attribute.slots.some((slot) => slot.key === key)) attribute.slots.push({ key, attribute, locale, scope });
  };
  if (!spec.localizable && !spec.scopable) addSlot(null, null);
  else
    for (const place of placesOf(channels))
      addSlot(spec.localizable ? place.locale : null, spec.scopable ? place.scope : null);
  return attribute;
}

const slotKey = (code: string, locale: string | null, scope: string | null): string =>
  `${code}/${locale ?? '*'}/${scope ?? '*'}`;

/** Where the main identifier of a product stands. */
export const mainIdentifierKey = slotKey('sku', null, null);

/** The key of the value that counts for an attribute on one channel and locale. */
export const slotKeyOn = (spec: AttributeSpec, place: Place): string =>
  slotKey(spec.code, spec.localizable ? place.locale : null, spec.scopable ? place.scope : null);

export function placesOf(channels: readonly Channel[]): Place[] {
  return channels.flatMap(({ code: scope, locales }) =>
    locales.map((locale) => ({ key: `${scope}/${locale}`, locale, scope })),
  );
}
