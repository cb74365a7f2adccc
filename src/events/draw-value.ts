import type { Rng } from '../core/rng.ts';
import type { Slot } from './attributes.ts';
import type { AttributeValue } from './delta-data.ts';
import type { Pim } from './pim.ts';

/**
 * A value for a slot, of the shape that deltas give its type, unlike `previous`. Undefined when the PIM has nothing to choose from.
 */
export function drawValue(
  pim: Pim,
  rng: Rng,
  slot: Slot,
  previous: AttributeValue | undefined,
): AttributeValue | undefined {
  if (previous === undefined) return draw(pim, rng, slot);
  const before = JSON.stringify(previous);
  for (let draws = 0; draws < 20; draws++) {
    const value = draw(pim, rng, slot);
    if (value === undefined) return undefined;
    if (JSON.stringify(value) !== before) return value;
  }
  return undefined;
}

function draw(pim: Pim, rng: Rng, slot: Slot): AttributeValue | undefined {
  const { attribute } = slot;
  const { vocabulary } = pim;
  switch (attribute.type) {
    case 'pim_catalog_text':
      return rng.pick(vocabulary.productNames);
    case 'pim_catalog_textarea':
      return rng.pick(vocabulary.sentences);
    case 'pim_catalog_number':
      return rng.int(1, 500);
    case 'pim_catalog_boolean':
      return rng.chance(0.5);
    case 'pim_catalog_identifier':
      return {
        data: attribute.main ? nextIdentifier(pim) : `REF-${rng.int(100_000, 999_999)}`,
        is_main_identifier: attribute.main === true,
      };
    case 'pim_catalog_date':
      return { date: `${drawDay(rng)} 00:00:00.000000`, timezone: '+00.00' };
    case 'pim_catalog_metric':
      return weight(rng.int(50, 20_000));
    case 'pim_catalog_price': {
      const channel = pim.channels.find(({ code }) => code === slot.scope);
      return { amount: (rng.int(499, 49_999) / 100).toFixed(2), currency: channel?.currency ?? 'EUR' };
    }
    case 'pim_catalog_image':
      return drawFile(pim, rng, 'jpg');
    case 'pim_catalog_file':
      return drawFile(pim, rng, 'pdf');
    case 'pim_catalog_simpleselect':
      return attribute.options.length === 0 ? undefined : rng.pick(attribute.options);
    case 'pim_catalog_multiselect':
      return drawSome(rng, attribute.options);
    case 'pim_catalog_asset_collection':
      return drawSome(
        rng,
        pim.assets.kept.map(({ code }) => code),
      );
    case 'akeneo_reference_entity':
      return drawSome(rng, recordsOf(pim, attribute.entity))?.[0];
    case 'akeneo_reference_entity_collection':
      return drawSome(rng, recordsOf(pim, attribute.entity));
    case 'pim_catalog_product_link':
      return drawLink(pim, rng);
    case 'pim_catalog_table':
      return { rows: ['width', 'height'].map((side) => measure(side, rng.int(1, 300))) };
  }
}

export const nextIdentifier = (pim: Pim): string => `SKU-${++pim.serials.product}`;

/** A day of the years around 2025. */
const drawDay = (rng: Rng): string =>
  new Date(Date.UTC(2024, 0, 1) + rng.int(0, 1_000) * 86_400_000).toISOString().slice(0, 10);

const weight = (grams: number): AttributeValue => ({
  data: String(grams),
  unit: 'GRAM',
  base_data: String(grams / 1000),
  base_unit: 'KILOGRAM',
  family: 'Weight',
});

/** The path of a file in the PIM's storage: four levels of folders from the beginning of a hash. */
export function drawFileKey(rng: Rng, fileName: string): string {
  const hash = Array.from({ length: 5 }, () => rng.uint32().toString(16).padStart(8, '0')).join('');
  return `${[...hash.slice(0, 4)].join('/')}/${hash}_${fileName}`;
}

function drawFile(pim: Pim, rng: Rng, extension: string): AttributeValue {
  const fileName = `${rng.pick(pim.vocabulary.fileNames)}.${extension}`;
  return { file_name: fileName, key: drawFileKey(rng, fileName) };
}

/** One to three of the codes, in their own order. */
function drawSome(rng: Rng, codes: readonly string[]): string[] | undefined {
  if (codes.length === 0) return undefined;
  const chosen = new Set(Array.from({ length: rng.int(1, 3) }, () => rng.pick(codes)));
  return codes.filter((code) => chosen.has(code));
}

const recordsOf = (pim: Pim, entity: string | undefined): string[] =>
  pim.records.kept.filter((record) => record.entity === entity).map(({ code }) => code);

function drawLink(pim: Pim, rng: Rng): AttributeValue | undefined {
  const model = rng.chance(0.2) ? pim.models.pick(rng) : undefined;
  if (model) return { type: 'product_model', id: model.code };
  const product = pim.products.pick(rng);
  return product && { type: 'product', id: product.uuid };
}

const measure = (side: string, data: number) => ({
  cells: [
    { cell: 'side', data: side },
    { cell: 'centimetres', data },
  ],
});
