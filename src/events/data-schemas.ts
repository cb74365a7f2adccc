import { z } from 'zod';
import { authorTypes } from './author.ts';
import type { EventType } from './catalog.ts';
import { assetChanges, productChanges, productModelChanges, updatedAt } from './delta-schemas.ts';

/** What checks the `data` of every event type (event-platform/available-events); `event-data.ts` has the same shapes as types. */

const code = z.string();
const uuid = z.uuid();
const count = z.int().min(0);
const timestamp = z.iso.datetime({ offset: true });

const author = z.strictObject({
  identifier: z.string(),
  type: z.enum(authorTypes),
});

const asset = z.strictObject({ asset: z.strictObject({ asset_family: z.strictObject({ code }), code }), author });
const attribute = z.strictObject({ attribute: z.strictObject({ code }), author });
const attributeGroup = z.strictObject({ attribute_group: z.strictObject({ code }), author });
const attributeOption = z.strictObject({
  attribute_option: z.strictObject({ code, attribute: z.strictObject({ code }) }),
  author,
});
const category = z.strictObject({ category: z.strictObject({ code }), author });
const family = z.strictObject({ family: z.strictObject({ code }), author });
const record = z.strictObject({
  reference_entity_record: z.strictObject({ code, reference_entity: z.strictObject({ code }) }),
  author,
});

// The identifier is there for subscriptions with `send_product_identifier`; `ready_on_scopes` was announced in August 2026.
const productReference = { uuid, identifier: z.string().exactOptional() };
const savedProduct = { ...productReference, ready_on_scopes: z.array(z.string()).exactOptional() };
const product = z.strictObject({ product: z.strictObject(savedProduct), author });
const productModel = z.strictObject({ product_model: z.strictObject({ code }), author });
const places = z.array(z.strictObject({ locale: code, scope: code })).min(1);

const execution = { execution_id: z.int(), code, name: z.string(), label: z.string() };
const progress = { start_time: timestamp, end_time: timestamp.nullable(), status: z.string() };

/** A task is about a product or about a product model. */
function workflowTask<Task extends z.ZodType>(task: Task) {
  const step = { task, workflow: z.strictObject({ uuid }), step: z.strictObject({ uuid }) };
  return z.union([
    z.strictObject({ ...step, product: z.strictObject({ uuid }), author }),
    z.strictObject({ ...step, product_model: z.strictObject({ code }), author }),
  ]);
}

export const dataSchemas = {
  'com.akeneo.pim.v1.app.deleted': z.strictObject({ app: z.strictObject({ client_id: z.string() }), author }),
  'com.akeneo.pim.v1.asset.created': asset,
  'com.akeneo.pim.v1.asset.updated': asset,
  'com.akeneo.pim.v1.asset.deleted': asset,
  'com.akeneo.pim.v1.attribute.created': attribute,
  'com.akeneo.pim.v1.attribute.updated': attribute,
  'com.akeneo.pim.v1.attribute.deleted': attribute,
  'com.akeneo.pim.v1.attribute-group.created': attributeGroup,
  'com.akeneo.pim.v1.attribute-group.updated': attributeGroup,
  'com.akeneo.pim.v1.attribute-group.deleted': attributeGroup,
  'com.akeneo.pim.v1.attribute-option.created': attributeOption,
  'com.akeneo.pim.v1.attribute-option.updated': attributeOption,
  'com.akeneo.pim.v1.attribute-option.deleted': attributeOption,
  'com.akeneo.pim.v1.category.created': category,
  'com.akeneo.pim.v1.category.updated': category,
  'com.akeneo.pim.v1.category.deleted': category,
  'com.akeneo.pim.v1.connection.deleted': z.strictObject({
    connection: z.strictObject({ client_id: z.string() }),
    author,
  }),
  'com.akeneo.pim.v1.product.created': product,
  'com.akeneo.pim.v1.product.updated': product,
  'com.akeneo.pim.v1.product.updated.delta': z.strictObject({
    product: z.strictObject({ ...savedProduct, updated_at: updatedAt, changes: productChanges }),
    author,
  }),
  'com.akeneo.pim.v1.product.deleted': z.strictObject({ product: z.strictObject(productReference), author }),
  'com.akeneo.pim.v1.product.became-complete': z.strictObject({
    product: z.strictObject({ ...productReference, complete_on: places }),
  }),
  'com.akeneo.pim.v1.product.became-incomplete': z.strictObject({
    product: z.strictObject({ ...productReference, incomplete_on: places }),
  }),
  'com.akeneo.pim.v1.product-model.created': productModel,
  'com.akeneo.pim.v1.product-model.updated': productModel,
  'com.akeneo.pim.v1.product-model.updated.delta': z.strictObject({
    product_model: z.strictObject({ code, updated_at: updatedAt, changes: productModelChanges }),
    author,
  }),
  'com.akeneo.pim.v1.product-model.deleted': productModel,
  'com.akeneo.pim.v1.family.created': family,
  'com.akeneo.pim.v1.family.updated': family,
  'com.akeneo.pim.v1.family.deleted': family,
  'com.akeneo.pim.v1.reference-entity-record.created': record,
  'com.akeneo.pim.v1.reference-entity-record.updated': record,
  'com.akeneo.pim.v1.reference-entity-record.deleted': record,
  'com.akeneo.pim.v1.job.export.status-changed': z.strictObject({
    job: z.strictObject({ ...execution, total_rows: count, ...progress }),
    author,
  }),
  'com.akeneo.pim.v1.job.mass-edit.status-changed': z.strictObject({
    job: z.strictObject({ ...execution, read: count, ...progress }),
    author,
  }),
  'com.akeneo.pim.v1.job.import.status-changed': z.strictObject({
    job: z.strictObject({
      ...execution,
      total_rows: count,
      total_rows_processed: count,
      total_rows_skipped: count,
      total_warnings: count,
      ...progress,
    }),
    author,
  }),
  'com.akeneo.pim.v1.workflow.task.created': workflowTask(z.strictObject({ uuid, rejected: z.boolean() })),
  'com.akeneo.pim.v1.workflow.task.completed': workflowTask(z.strictObject({ uuid })),
  'com.akeneo.pim.v1.asset.updated.delta': z.strictObject({
    asset: z.strictObject({ asset_family: z.strictObject({ code }), code, changes: assetChanges }),
    author,
  }),
  'com.akeneo.benchmark.v1.test': z.strictObject({
    index: z.int(),
    padding: z.string(),
    custom_data: z.unknown().optional(),
  }),
} as const satisfies Record<EventType, z.ZodType>;
