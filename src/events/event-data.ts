/**
 * The shape of `data` for every event type (event-platform/available-events), in words that an editor shows. Plain types, so that
 * they can be read without what checks them: `data-schemas.ts` has the same shapes as schemas, and a test keeps the two equal.
 */
import type { Author } from './author.ts';
import type { EventType } from './catalog.ts';
import type { AssetChanges, ProductChanges, ProductModelChanges, UpdatedAt } from './delta-data.ts';

/** A product as the events about it name it. */
export interface ProductReference {
  uuid: string;
  /** There for subscriptions with `send_product_identifier`. */
  identifier?: string;
}

/** A product as its saves name it. */
export interface SavedProduct extends ProductReference {
  /** Announced in August 2026, and sent on demand only. */
  ready_on_scopes?: string[];
}

/** A channel and locale on which completeness is told. */
export interface CompletenessPlace {
  locale: string;
  scope: string;
}

/** An app was disconnected from the PIM. */
export interface AppDeletedData {
  app: { client_id: string };
  author: Author;
}

/** A connection was removed from the PIM. */
export interface ConnectionDeletedData {
  connection: { client_id: string };
  author: Author;
}

/** An asset was created, saved or deleted. */
export interface AssetData {
  asset: { asset_family: { code: string }; code: string };
  author: Author;
}

/** What a save changed in an asset. */
export interface AssetUpdatedDeltaData {
  asset: { asset_family: { code: string }; code: string; changes: AssetChanges };
  author: Author;
}

/** An attribute was created, saved or deleted. */
export interface AttributeData {
  attribute: { code: string };
  author: Author;
}

/** An attribute group was created, saved or deleted. */
export interface AttributeGroupData {
  attribute_group: { code: string };
  author: Author;
}

/** An option of a select attribute was created, saved or deleted. */
export interface AttributeOptionData {
  attribute_option: { code: string; attribute: { code: string } };
  author: Author;
}

/** A category was created, saved or deleted. */
export interface CategoryData {
  category: { code: string };
  author: Author;
}

/** A family was created, saved or deleted. */
export interface FamilyData {
  family: { code: string };
  author: Author;
}

/** A record of a reference entity was created, saved or deleted. */
export interface ReferenceEntityRecordData {
  reference_entity_record: { code: string; reference_entity: { code: string } };
  author: Author;
}

/** A product was created or saved. What is in it now, the PIM's REST API says. */
export interface ProductData {
  product: SavedProduct;
  author: Author;
}

/** What a save changed in a product. */
export interface ProductUpdatedDeltaData {
  product: SavedProduct & { updated_at: UpdatedAt; changes: ProductChanges };
  author: Author;
}

/** A product was deleted. */
export interface ProductDeletedData {
  product: ProductReference;
  author: Author;
}

/** Follows from a save, so it has no author. */
export interface ProductBecameCompleteData {
  product: ProductReference & { complete_on: CompletenessPlace[] };
}

/** Follows from a save, so it has no author. */
export interface ProductBecameIncompleteData {
  product: ProductReference & { incomplete_on: CompletenessPlace[] };
}

/** A product model was created, saved or deleted. */
export interface ProductModelData {
  product_model: { code: string };
  author: Author;
}

/** What a save changed in a product model. */
export interface ProductModelUpdatedDeltaData {
  product_model: { code: string; updated_at: UpdatedAt; changes: ProductModelChanges };
  author: Author;
}

/** One run of a job. Times are RFC 3339; `end_time` is null until it has ended. */
export interface JobExecution {
  execution_id: number;
  code: string;
  name: string;
  label: string;
  start_time: string;
  end_time: string | null;
  status: string;
}

/** An export job started, went on or ended. */
export interface ExportJobData {
  job: JobExecution & { total_rows: number };
  author: Author;
}

/** A mass edit job started, went on or ended. */
export interface MassEditJobData {
  job: JobExecution & { read: number };
  author: Author;
}

/** An import job started, went on or ended. */
export interface ImportJobData {
  job: JobExecution & {
    total_rows: number;
    total_rows_processed: number;
    total_rows_skipped: number;
    total_warnings: number;
  };
  author: Author;
}

/** What every event of a workflow task names. */
export interface WorkflowStep {
  workflow: { uuid: string };
  step: { uuid: string };
  author: Author;
}

interface ProductTask<Task> extends WorkflowStep {
  task: Task;
  product: { uuid: string };
}

interface ProductModelTask<Task> extends WorkflowStep {
  task: Task;
  product_model: { code: string };
}

/** A task is about a product or about a product model. */
export type WorkflowTaskData<Task> = ProductTask<Task> | ProductModelTask<Task>;
/** A workflow reached a step that somebody has to do. */
export type WorkflowTaskCreatedData = WorkflowTaskData<{ uuid: string; rejected: boolean }>;
/** A workflow task was done. */
export type WorkflowTaskCompletedData = WorkflowTaskData<{ uuid: string }>;

/** A test event, padded to the size that was asked for. */
export interface BenchmarkData {
  index: number;
  padding: string;
  custom_data?: unknown;
}

/** The shape of `data` by event type. */
export interface EventDataMap {
  'com.akeneo.pim.v1.app.deleted': AppDeletedData;
  'com.akeneo.pim.v1.asset.created': AssetData;
  'com.akeneo.pim.v1.asset.updated': AssetData;
  'com.akeneo.pim.v1.asset.deleted': AssetData;
  'com.akeneo.pim.v1.attribute.created': AttributeData;
  'com.akeneo.pim.v1.attribute.updated': AttributeData;
  'com.akeneo.pim.v1.attribute.deleted': AttributeData;
  'com.akeneo.pim.v1.attribute-group.created': AttributeGroupData;
  'com.akeneo.pim.v1.attribute-group.updated': AttributeGroupData;
  'com.akeneo.pim.v1.attribute-group.deleted': AttributeGroupData;
  'com.akeneo.pim.v1.attribute-option.created': AttributeOptionData;
  'com.akeneo.pim.v1.attribute-option.updated': AttributeOptionData;
  'com.akeneo.pim.v1.attribute-option.deleted': AttributeOptionData;
  'com.akeneo.pim.v1.category.created': CategoryData;
  'com.akeneo.pim.v1.category.updated': CategoryData;
  'com.akeneo.pim.v1.category.deleted': CategoryData;
  'com.akeneo.pim.v1.connection.deleted': ConnectionDeletedData;
  'com.akeneo.pim.v1.product.created': ProductData;
  'com.akeneo.pim.v1.product.updated': ProductData;
  'com.akeneo.pim.v1.product.updated.delta': ProductUpdatedDeltaData;
  'com.akeneo.pim.v1.product.deleted': ProductDeletedData;
  'com.akeneo.pim.v1.product.became-complete': ProductBecameCompleteData;
  'com.akeneo.pim.v1.product.became-incomplete': ProductBecameIncompleteData;
  'com.akeneo.pim.v1.product-model.created': ProductModelData;
  'com.akeneo.pim.v1.product-model.updated': ProductModelData;
  'com.akeneo.pim.v1.product-model.updated.delta': ProductModelUpdatedDeltaData;
  'com.akeneo.pim.v1.product-model.deleted': ProductModelData;
  'com.akeneo.pim.v1.family.created': FamilyData;
  'com.akeneo.pim.v1.family.updated': FamilyData;
  'com.akeneo.pim.v1.family.deleted': FamilyData;
  'com.akeneo.pim.v1.reference-entity-record.created': ReferenceEntityRecordData;
  'com.akeneo.pim.v1.reference-entity-record.updated': ReferenceEntityRecordData;
  'com.akeneo.pim.v1.reference-entity-record.deleted': ReferenceEntityRecordData;
  'com.akeneo.pim.v1.job.export.status-changed': ExportJobData;
  'com.akeneo.pim.v1.job.mass-edit.status-changed': MassEditJobData;
  'com.akeneo.pim.v1.job.import.status-changed': ImportJobData;
  'com.akeneo.pim.v1.workflow.task.created': WorkflowTaskCreatedData;
  'com.akeneo.pim.v1.workflow.task.completed': WorkflowTaskCompletedData;
  'com.akeneo.pim.v1.asset.updated.delta': AssetUpdatedDeltaData;
  'com.akeneo.benchmark.v1.test': BenchmarkData;
}

/** The shape of `data` of one event type. */
export type EventDataOf<Type extends EventType> = EventDataMap[Type];
