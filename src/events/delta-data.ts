/** The shape of `changes` in the three delta events (event-platform/payload: delta events), as plain types; see `event-data.ts`. */

/** The time of a save: `{ date: '2026-01-05 08:00:00.000000', timezone: 'UTC' }`. */
export interface UpdatedAt {
  date: string;
  timezone: string;
}

/** A file of an attribute: its name, and its key for the PIM's media-files endpoint. */
export interface FileValue {
  file_name: string;
  key: string;
}

/** The value of an identifier attribute. */
export interface IdentifierValue {
  data: string;
  is_main_identifier: boolean;
}

/** A date attribute's value; `timezone` is an offset such as `+00.00`. */
export interface DateValue {
  date: string;
  timezone: string;
}

/** A measurement. Decimals travel as text, so that no digit is lost. */
export interface MetricValue {
  data: string;
  unit: string;
  base_data: string;
  base_unit: string;
  family?: string;
}

/** One price of a price collection. */
export interface PriceValue {
  amount: string;
  currency: string;
}

/** The product or product model that a product link names. */
export interface ProductLinkValue {
  type: 'product' | 'product_model';
  /** The uuid of the product, or the code of the product model. */
  id: string;
}

/** The value of a table attribute. */
export interface TableValue {
  rows: { cells: { cell: string; data: unknown }[] }[];
}

/** The value of each known attribute type, as deltas carry it. */
export interface AttributeValues {
  pim_catalog_text: string;
  pim_catalog_textarea: string;
  pim_catalog_simpleselect: string;
  pim_catalog_number: number;
  pim_catalog_boolean: boolean;
  pim_catalog_identifier: IdentifierValue;
  pim_catalog_date: DateValue;
  pim_catalog_metric: MetricValue;
  pim_catalog_price: PriceValue;
  pim_catalog_file: FileValue;
  pim_catalog_image: FileValue;
  pim_catalog_multiselect: string[];
  pim_catalog_asset_collection: string[];
  akeneo_reference_entity: string;
  akeneo_reference_entity_collection: string[];
  pim_catalog_product_link: ProductLinkValue;
  pim_catalog_table: TableValue;
}

/** The names of the known attribute types. */
export type AttributeType = keyof AttributeValues;
/** A value of a product or product model as deltas carry it. */
export type AttributeValue = AttributeValues[AttributeType];

/** Where a value stands: null where the attribute depends on no locale or no channel. */
interface ValuePlace {
  locale: string | null;
  scope: string | null;
}

interface ChangeOf<Type extends AttributeType> extends ValuePlace {
  previous: AttributeValues[Type] | null;
  new: AttributeValues[Type] | null;
  type: Type;
}

interface MetricChange extends ChangeOf<'pim_catalog_metric'> {
  /** The vendor's example repeats the measurement family beside the value. */
  family?: string;
}

/** A changed value of an attribute type that is known. `previous` null: the value was added; `new` null: it was removed. */
export type KnownValueChange =
  | { [Type in Exclude<AttributeType, 'pim_catalog_metric'>]: ChangeOf<Type> }[Exclude<
      AttributeType,
      'pim_catalog_metric'
    >]
  | MetricChange;

/** A changed value of an attribute type that is not known yet: it may be anything. */
export interface OtherValueChange extends ValuePlace {
  previous: unknown;
  new: unknown;
  type: string;
}

/** One changed value of a product or product model. */
export type ValueChange = KnownValueChange | OtherValueChange;

/** One changed value of an asset: `channel` where products say `scope`, media files as bare paths. */
export type AssetValueChange =
  | { previous: string | null; new: string | null; type: 'media_file'; locale: string | null; channel: string | null }
  | { previous: unknown; new: unknown; type: string; locale: string | null; channel: string | null };

/** Codes that came and went. */
export interface CodesChange {
  added: string[];
  removed: string[];
}

/** A code that became another; null stands for none. */
export interface CodeChange {
  previous: string | null;
  new: string | null;
}

/** Whom an association leads to: products by uuid, the others by code. */
export interface AssociatedEntities {
  products: string[];
  product_models: string[];
  groups: string[];
}

/** The changes of one association type with quantities. */
export interface QuantifiedAssociationChange {
  added: {
    products: { uuid: string; quantity: number }[];
    /** By code; the vendor's example has a uuid in one place. */
    product_models: ({ code: string; quantity: number } | { uuid: string; quantity: number })[];
  };
  removed: { products: string[]; product_models: string[] };
  updated?: {
    products: { uuid: string; quantity: number; previous_quantity: number }[];
    product_models: { code: string; quantity: number; previous_quantity: number }[];
  };
}

/** What a save changed in a product model. Only what changed is there: `values` may be missing too. */
export interface ProductModelChanges {
  categories?: CodesChange;
  parent?: CodeChange;
  /** By attribute code. */
  values?: Record<string, ValueChange[]>;
  /** By association type. */
  associations?: Record<string, { added: AssociatedEntities; removed: AssociatedEntities }>;
  /** By association type. */
  quantified_associations?: Record<string, QuantifiedAssociationChange>;
  table_attributes?: { added: Record<string, unknown>[]; removed: Record<string, unknown>[] };
}

/** What a save changed in a product. Only what changed is there: `values` may be missing too. */
export interface ProductChanges extends ProductModelChanges {
  enabled?: { previous: boolean; new: boolean };
  family?: CodeChange;
  groups?: CodesChange;
}

/** What a save changed in an asset. */
export interface AssetChanges {
  /** By attribute code. */
  values?: Record<string, AssetValueChange[]>;
}
