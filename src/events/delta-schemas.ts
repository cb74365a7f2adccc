import { z } from 'zod';

/** What checks the `changes` of the three delta events (event-platform/payload: delta events); `delta-data.ts` has their types. */

const code = z.string();
const codes = z.array(code);
// Decimals travel as strings, so that no digit is lost.
const file = z.strictObject({ file_name: z.string(), key: z.string() });
const metric = z.strictObject({
  data: z.string(),
  unit: z.string(),
  base_data: z.string(),
  base_unit: z.string(),
  family: z.string().exactOptional(),
});
const table = z.strictObject({
  rows: z.array(z.strictObject({ cells: z.array(z.strictObject({ cell: z.string(), data: z.unknown() })) })),
});

/** One changed value. `previous` null: the value was added; `new` null: it was removed. */
function valueChange<Type extends z.ZodType<string>, Value extends z.ZodType>(type: Type, value: Value) {
  return z.strictObject({
    previous: value.nullable(),
    new: value.nullable(),
    type,
    locale: code.nullable(),
    scope: code.nullable(),
  });
}

const known = [
  valueChange(z.literal('pim_catalog_text'), z.string()),
  valueChange(z.literal('pim_catalog_textarea'), z.string()),
  valueChange(z.literal('pim_catalog_simpleselect'), code),
  valueChange(z.literal('pim_catalog_number'), z.number()),
  valueChange(z.literal('pim_catalog_boolean'), z.boolean()),
  valueChange(
    z.literal('pim_catalog_identifier'),
    z.strictObject({ data: z.string(), is_main_identifier: z.boolean() }),
  ),
  valueChange(z.literal('pim_catalog_date'), z.strictObject({ date: z.string(), timezone: z.string() })),
  // The vendor's example repeats the measurement family beside the value.
  valueChange(z.literal('pim_catalog_metric'), metric).extend({ family: z.string().exactOptional() }),
  valueChange(z.literal('pim_catalog_price'), z.strictObject({ amount: z.string(), currency: z.string() })),
  valueChange(z.literal('pim_catalog_file'), file),
  valueChange(z.literal('pim_catalog_image'), file),
  valueChange(z.literal('pim_catalog_multiselect'), codes),
  valueChange(z.literal('pim_catalog_asset_collection'), codes),
  valueChange(z.literal('akeneo_reference_entity'), code),
  valueChange(z.literal('akeneo_reference_entity_collection'), codes),
  valueChange(
    z.literal('pim_catalog_product_link'),
    z.strictObject({ type: z.enum(['product', 'product_model']), id: z.string() }),
  ),
  valueChange(z.literal('pim_catalog_table'), table),
] as const;

/**
 * Any other name: a type that is not known yet may have any value, but a known one may not pass as unknown. `abort`: else this form
 * would be taken for the one that was meant.
 */
const anotherType = (names: readonly string[]) =>
  z.string().regex(new RegExp(`^(?!(?:${names.join('|')})$)`), { abort: true });

const productValueChange = z.union([
  ...known,
  valueChange(anotherType(known.map((schema) => schema.shape.type.value)), z.unknown()),
]);

/** Assets say `channel` where products say `scope`, and give media files as bare paths. */
const assetPlace = { locale: code.nullable(), channel: code.nullable() };
const assetValueChange = z.union([
  z.strictObject({
    previous: z.string().nullable(),
    new: z.string().nullable(),
    type: z.literal('media_file'),
    ...assetPlace,
  }),
  z.strictObject({ previous: z.unknown(), new: z.unknown(), type: anotherType(['media_file']), ...assetPlace }),
]);

const addedRemoved = z.strictObject({ added: codes, removed: codes });
const codeChange = z.strictObject({ previous: code.nullable(), new: code.nullable() });
const associated = z.strictObject({ products: codes, product_models: codes, groups: codes });
const quantity = { quantity: z.int() };
const changedQuantity = { ...quantity, previous_quantity: z.int() };
// The vendor's example names a product model by `uuid` in one place.
const byUuid = z.strictObject({ uuid: z.string(), ...quantity });
const byCode = z.strictObject({ code, ...quantity });

const sharedChanges = {
  categories: addedRemoved.exactOptional(),
  parent: codeChange.exactOptional(),
  values: z.record(code, z.array(productValueChange)).exactOptional(),
  associations: z.record(code, z.strictObject({ added: associated, removed: associated })).exactOptional(),
  quantified_associations: z
    .record(
      code,
      z.strictObject({
        added: z.strictObject({ products: z.array(byUuid), product_models: z.array(z.union([byCode, byUuid])) }),
        removed: z.strictObject({ products: codes, product_models: codes }),
        updated: z
          .strictObject({
            products: z.array(z.strictObject({ uuid: z.string(), ...changedQuantity })),
            product_models: z.array(z.strictObject({ code, ...changedQuantity })),
          })
          .exactOptional(),
      }),
    )
    .exactOptional(),
  table_attributes: z
    .strictObject({ added: z.array(z.looseObject({})), removed: z.array(z.looseObject({})) })
    .exactOptional(),
};

export const productChanges = z.strictObject({
  enabled: z.strictObject({ previous: z.boolean(), new: z.boolean() }).exactOptional(),
  family: codeChange.exactOptional(),
  groups: addedRemoved.exactOptional(),
  ...sharedChanges,
});
export const productModelChanges = z.strictObject(sharedChanges);
export const assetChanges = z.strictObject({ values: z.record(code, z.array(assetValueChange)).exactOptional() });

export const updatedAt = z.strictObject({
  date: z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/),
  timezone: z.string(),
});
