/** What is in a PIM, taken down and put back. */
import type { Capturable } from '../core/capturable.ts';
import type { Job, Pim } from './pim.ts';

/** All that events change. Settings, words and chance are not part of it. */
export interface PimContents {
  collections: unknown[];
  jobs: Job[];
  serials: Pim['serials'];
}

const collectionsOf = (pim: Pim): Capturable[] => [
  pim.attributeGroups,
  pim.attributes,
  pim.options,
  pim.categories,
  pim.families,
  pim.records,
  pim.assets,
  pim.products,
  pim.models,
  pim.tasks,
];

/** Copied in one go, because entities refer to each other across collections: a task to its product, a slot to its attribute. */
export const captureContents = (pim: Pim): PimContents =>
  structuredClone({
    collections: collectionsOf(pim).map((collection) => collection.capture()),
    jobs: pim.jobs,
    serials: pim.serials,
  });

export function restoreContents(pim: Pim, contents: PimContents): void {
  const { collections, jobs, serials } = structuredClone(contents);
  for (const [n, collection] of collectionsOf(pim).entries()) collection.restore(collections[n]);
  pim.jobs.splice(0, pim.jobs.length, ...jobs);
  pim.serials = serials;
}
