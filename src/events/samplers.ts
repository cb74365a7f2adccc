import { uuidv4 } from '../core/ids.ts';
import { assetDelta, editAsset } from './assets.ts';
import { mainIdentifierKey } from './attributes.ts';
import type { EventType } from './catalog.ts';
import { becameComplete, becameIncomplete, familyOf } from './completeness.ts';
import { type Fact, fact } from './facts.ts';
import { advanceJob, jobStatus, launchJob } from './jobs.ts';
import { drawClientId, type JobKind, type Product, type ProductModel } from './pim.ts';
import * as models from './product-models.ts';
import * as products from './products.ts';
import { drawTask, drawTaskSubject, takeTask, taskCompleted, taskCreated } from './workflows.ts';
import type { World } from './world.ts';

/** Makes one fact of one type, and brings what it needs into being silently, as though it had been there for long. */
export type Sampler = (now: number) => Fact;

/** One sampler for each event type. Values change with the delta events only, so that the deltas of a product fit together. */
export function createSamplers(world: World): Record<EventType, Sampler> {
  const { pim, structures } = world;
  const { dice } = pim;

  const someModel = (): ProductModel => pim.models.pick(dice.models) ?? models.addProductModel(pim);
  const someProduct = (): Product => {
    const known = pim.products.pick(dice.products);
    if (known) return known;
    const product = products.addProduct(pim);
    products.fillProduct(pim, product, 0.8);
    products.settleCompleteness(pim, product);
    return product;
  };
  function newlyComplete(): Product {
    const product = products.addProduct(pim);
    products.completeProduct(pim, product);
    return product;
  }
  function newlyIncomplete(): Product {
    const product = newlyComplete();
    products.settleCompleteness(pim, product);
    const required = [...(familyOf(pim, product)?.required.values() ?? [])].flat();
    product.values.delete(dice.products.pick(required.filter((key) => key !== mainIdentifierKey)));
    return product;
  }

  /** What a product still has to announce; else the announcement of one that is brought into being for it. */
  function announcement(announce: (product: Product) => Fact | undefined, prepare: () => Product): Fact {
    for (let draws = 0; draws < 4; draws++) {
      const product = pim.products.pick(dice.products);
      const pending = product && announce(product);
      if (pending) return pending;
    }
    return announce(prepare()) ?? announcement(announce, prepare);
  }

  /** Moves on a job of this kind that has not ended, or launches one. */
  const jobStep =
    (kind: JobKind): Sampler =>
    (now) => {
      const running = pim.jobs.find((job) => job.kind === kind);
      if (running) advanceJob(pim, running);
      return jobStatus(running ?? launchJob(pim, now, { kind, author: { identifier: 'system', type: 'system' } }), now);
    };

  return {
    'com.akeneo.pim.v1.app.deleted': () =>
      fact('com.akeneo.pim.v1.app.deleted', { app: { client_id: uuidv4(dice.clients) } }),
    'com.akeneo.pim.v1.connection.deleted': () =>
      fact('com.akeneo.pim.v1.connection.deleted', { connection: { client_id: drawClientId(dice.clients) } }),
    'com.akeneo.pim.v1.asset.created': () => structures.asset.create(),
    'com.akeneo.pim.v1.asset.updated': () => structures.asset.update(),
    'com.akeneo.pim.v1.asset.deleted': () => structures.asset.delete(),
    'com.akeneo.pim.v1.asset.updated.delta': () => {
      const asset = pim.assets.pick(dice.assets) ?? structures.asset.bring();
      return assetDelta(asset, editAsset(pim, asset));
    },
    'com.akeneo.pim.v1.attribute.created': () => structures.attribute.create(),
    'com.akeneo.pim.v1.attribute.updated': () => structures.attribute.update(),
    'com.akeneo.pim.v1.attribute.deleted': () => structures.attribute.delete(),
    'com.akeneo.pim.v1.attribute-group.created': () => structures['attribute-group'].create(),
    'com.akeneo.pim.v1.attribute-group.updated': () => structures['attribute-group'].update(),
    'com.akeneo.pim.v1.attribute-group.deleted': () => structures['attribute-group'].delete(),
    'com.akeneo.pim.v1.attribute-option.created': () => structures['attribute-option'].create(),
    'com.akeneo.pim.v1.attribute-option.updated': () => structures['attribute-option'].update(),
    'com.akeneo.pim.v1.attribute-option.deleted': () => structures['attribute-option'].delete(),
    'com.akeneo.pim.v1.category.created': () => structures.category.create(),
    'com.akeneo.pim.v1.category.updated': () => structures.category.update(),
    'com.akeneo.pim.v1.category.deleted': () => structures.category.delete(),
    'com.akeneo.pim.v1.family.created': () => structures.family.create(),
    'com.akeneo.pim.v1.family.updated': () => structures.family.update(),
    'com.akeneo.pim.v1.family.deleted': () => structures.family.delete(),
    'com.akeneo.pim.v1.reference-entity-record.created': () => structures['reference-entity-record'].create(),
    'com.akeneo.pim.v1.reference-entity-record.updated': () => structures['reference-entity-record'].update(),
    'com.akeneo.pim.v1.reference-entity-record.deleted': () => structures['reference-entity-record'].delete(),
    'com.akeneo.pim.v1.product.created': () => products.productCreated(products.addProduct(pim)),
    'com.akeneo.pim.v1.product.updated': () => products.productUpdated(someProduct()),
    'com.akeneo.pim.v1.product.updated.delta': (now) => {
      const product = someProduct();
      return products.productDelta(product, now, products.editProduct(pim, product));
    },
    'com.akeneo.pim.v1.product.deleted': () => products.deleteProduct(pim, someProduct()),
    'com.akeneo.pim.v1.product.became-complete': () =>
      announcement((product) => becameComplete(pim, product), newlyComplete),
    'com.akeneo.pim.v1.product.became-incomplete': () =>
      announcement((product) => becameIncomplete(pim, product), newlyIncomplete),
    'com.akeneo.pim.v1.product-model.created': () => models.productModelCreated(models.addProductModel(pim)),
    'com.akeneo.pim.v1.product-model.updated': () => models.productModelUpdated(someModel()),
    'com.akeneo.pim.v1.product-model.updated.delta': (now) => {
      const model = someModel();
      return models.productModelDelta(model, now, models.editProductModel(pim, model));
    },
    'com.akeneo.pim.v1.product-model.deleted': () =>
      models.deleteProductModel(pim, models.findDeletableModel(pim) ?? models.addProductModel(pim)),
    'com.akeneo.pim.v1.job.export.status-changed': jobStep('export'),
    'com.akeneo.pim.v1.job.mass-edit.status-changed': jobStep('mass-edit'),
    'com.akeneo.pim.v1.job.import.status-changed': jobStep('import'),
    'com.akeneo.pim.v1.workflow.task.created': () =>
      taskCreated(pim, drawTask(pim, drawTaskSubject(pim) ?? someProduct())),
    'com.akeneo.pim.v1.workflow.task.completed': () =>
      taskCompleted(takeTask(pim) ?? drawTask(pim, drawTaskSubject(pim) ?? someProduct())),
    'com.akeneo.benchmark.v1.test': () =>
      fact('com.akeneo.benchmark.v1.test', { index: pim.serials.benchmark++, padding: 'x'.repeat(1_000) }),
  };
}
