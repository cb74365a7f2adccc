import type { Rng } from '../core/rng.ts';
import { assetDelta, assetUpdated, editAsset } from './assets.ts';
import type { Fact } from './facts.ts';
import { advanceJob, jobStatus, launchJob } from './jobs.ts';
import { jobKinds } from './pim.ts';
import * as models from './product-models.ts';
import * as products from './products.ts';
import { drawAuthor } from './requests.ts';
import type { Structure } from './structure.ts';
import { drawTask, drawTaskSubject, takeTask, taskCompleted, taskCreated } from './workflows.ts';
import type { World } from './world.ts';

/** One request to the PIM, or one step of a job: its facts in causal order. Empty when there is nothing to do it to. */
type Activity = (now: number) => Fact[];

/**
 * Mixed traffic of a working day: mostly product saves, some growth and some clearing out around `size` products. Nothing is
 * assumed that was not there or was not announced.
 */
export function createTraffic(world: World, rng: Rng, size: number): Activity {
  const { pim, structures } = world;
  const choices = rng.fork('choices');
  const jobChoices = rng.fork('jobs');

  const createProduct: Activity = () => [products.productCreated(products.addProduct(pim))];
  const createModel: Activity = () => [models.productModelCreated(models.addProductModel(pim))];

  const saveProduct: Activity = (now) => {
    const product = pim.products.pick(pim.dice.products);
    return product ? products.savedProduct(pim, product, now, products.editProduct(pim, product)) : [];
  };
  const saveModel: Activity = (now) => {
    const model = pim.models.pick(pim.dice.models);
    return model ? models.savedProductModel(model, now, models.editProductModel(pim, model)) : [];
  };
  const saveAsset: Activity = () => {
    const asset = pim.assets.pick(pim.dice.assets);
    return asset ? [assetUpdated(asset), assetDelta(asset, editAsset(pim, asset))] : [];
  };

  /** Whether a population grows: even chances at its size, certainty at half and at one and a half of it. */
  const grows = (population: number, aim: number): boolean => choices.chance(1.5 - population / aim);
  const turnOverProducts: Activity = (now) => {
    const product = grows(pim.products.size, size) ? undefined : pim.products.pick(pim.dice.products);
    return product ? [products.deleteProduct(pim, product)] : createProduct(now);
  };
  const turnOverModels: Activity = (now) => {
    const model = grows(pim.models.size, Math.max(2, size / 5)) ? undefined : models.findDeletableModel(pim);
    return model ? [models.deleteProductModel(pim, model)] : createModel(now);
  };
  const turnOver =
    (structure: Structure): Activity =>
    () => {
      const act = choices.pick(['create', 'update', 'delete'] as const);
      return [act === 'delete' && !structure.canDelete() ? structure.create() : structure[act]()];
    };

  const workOnTask: Activity = () => {
    const task = choices.chance(0.5) ? takeTask(pim) : undefined;
    if (task) return [taskCompleted(task)];
    const about = drawTaskSubject(pim);
    return about ? [taskCreated(pim, drawTask(pim, about))] : [];
  };
  const runJob: Activity = (now) => {
    const running = pim.jobs.length > 0 && jobChoices.chance(0.75) ? jobChoices.pick(pim.jobs) : undefined;
    if (running) advanceJob(pim, running);
    return [
      jobStatus(
        running ?? launchJob(pim, now, { kind: jobChoices.pick(jobKinds), author: drawAuthor(pim, jobChoices) }),
        now,
      ),
    ];
  };

  const mix: [perMille: number, activity: Activity][] = [
    [560, saveProduct],
    [100, turnOverProducts],
    [60, saveModel],
    [30, turnOverModels],
    [60, saveAsset],
    [30, turnOver(structures.asset)],
    [60, runJob],
    [40, workOnTask],
    [20, turnOver(structures['attribute-option'])],
    [20, turnOver(structures['reference-entity-record'])],
    [10, turnOver(structures.category)],
    [5, turnOver(structures.attribute)],
    [3, turnOver(structures['attribute-group'])],
    [2, turnOver(structures.family)],
  ];
  const wheel = mix.flatMap(([perMille, activity]) => Array.from({ length: perMille }, () => activity));

  return (now) => {
    const built = world.buildNext();
    if (built) return [built];
    const facts = choices.pick(wheel)(now);
    return facts.length > 0 ? facts : createProduct(now);
  };
}
