import { uuidv4 } from '../core/ids.ts';
import { type Fact, fact } from './facts.ts';
import type { Pim, Product, ProductModel, Task } from './pim.ts';

/** Sets up the PIM's workflows, each of a few steps. */
export function addWorkflows(pim: Pim): void {
  for (const steps of [3, 2]) {
    const uuids = Array.from({ length: steps }, () => uuidv4(pim.dice.workflows));
    pim.workflows.push({ uuid: uuidv4(pim.dice.workflows), steps: uuids });
  }
}

/** What a workflow can be about. Undefined in a PIM without products. */
export const drawTaskSubject = (pim: Pim): Product | ProductModel | undefined =>
  (pim.dice.workflows.chance(0.2) ? pim.models.pick(pim.dice.workflows) : undefined) ??
  pim.products.pick(pim.dice.workflows);

/** A step that a workflow has reached for a product or a product model. */
export function drawTask(pim: Pim, about: Product | ProductModel): Task {
  const rng = pim.dice.workflows;
  const workflow = rng.pick(pim.workflows);
  return { uuid: uuidv4(rng), workflow: workflow.uuid, step: rng.pick(workflow.steps), about };
}

/** Takes an open task to do it. The tasks of what was deleted have lapsed. */
export function takeTask(pim: Pim): Task | undefined {
  for (let task = pim.tasks.pick(pim.dice.workflows); task; task = pim.tasks.pick(pim.dice.workflows)) {
    pim.tasks.remove(task);
    if (exists(pim, task.about)) return task;
  }
  return undefined;
}

const isProduct = (item: Product | ProductModel): item is Product => 'uuid' in item;
const exists = (pim: Pim, item: Product | ProductModel): boolean =>
  isProduct(item) ? pim.products.has(item) : pim.models.has(item);

const subjectOf = ({ about }: Task) =>
  isProduct(about) ? { product: { uuid: about.uuid } } : { product_model: { code: about.code } };
const stepOf = ({ workflow, step }: Task) => ({ workflow: { uuid: workflow }, step: { uuid: step } });

/** Opens a task: somebody has something to do. */
export function taskCreated(pim: Pim, task: Task): Fact {
  pim.tasks.add(task);
  return fact('com.akeneo.pim.v1.workflow.task.created', {
    task: { uuid: task.uuid, rejected: pim.dice.workflows.chance(0.15) },
    ...stepOf(task),
    ...subjectOf(task),
  });
}

export const taskCompleted = (task: Task): Fact =>
  fact('com.akeneo.pim.v1.workflow.task.completed', { task: { uuid: task.uuid }, ...stepOf(task), ...subjectOf(task) });
