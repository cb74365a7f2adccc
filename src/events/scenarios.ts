import { createRng, type Rng } from '../core/rng.ts';
import type { Author } from './author.ts';
import type { EventType } from './catalog.ts';
import { pimEventTypes } from './catalog.ts';
import { missingKeys } from './completeness.ts';
import type { Fact } from './facts.ts';
import { createGenerator } from './generator.ts';
import { advanceJob, type JobLaunch, jobStatus, launchJob } from './jobs.ts';
import { addProductModel, editProductModel, productModelCreated, savedProductModel } from './product-models.ts';
import { addProduct, editProduct, editProductValues, productCreated, savedProduct } from './products.ts';
import { createRequests, type GeneratedEvent } from './requests.ts';
import { describe, structureFact } from './structure.ts';
import { createWorld, type World } from './world.ts';

/** The recordings that ship with the mock, each with a seed and a start time of its own so that it never changes by itself. */

const seed = 20_260_105;
const source = 'pim';
const startsAt = Date.UTC(2026, 0, 5, 8);
const day = 86_400_000;
const julia: Author = { identifier: 'julia', type: 'user' };
const system: Author = { identifier: 'system', type: 'system' };

/** A PIM on whose clock a story is told, request by request. */
interface Story {
  world: World;
  events: GeneratedEvent[];
  now(): number;
  /** Lets time pass, at random between the two. */
  wait(least: number, most: number): void;
  request(facts: readonly Fact[], author?: Author): void;
}

async function beginStory(name: string, stock: number, start: number): Promise<Story> {
  const rng: Rng = createRng(seed).fork(name);
  const world = await createWorld(rng.fork('pim'), stock);
  const begin = createRequests(world.pim, rng.fork('requests'), source);
  const pauses = rng.fork('pauses');
  const events: GeneratedEvent[] = [];
  let now = start;
  return {
    world,
    events,
    now: () => now,
    wait: (least, most) => {
      now += pauses.int(least, most);
    },
    request: (facts, author) => {
      events.push(...facts.map(begin(now, author)));
    },
  };
}

/** An empty PIM gets its structure, two product models and five products, which are enriched until they can be sold. */
async function productLaunch(): Promise<GeneratedEvent[]> {
  const story = await beginStory('product-launch', 0, startsAt);
  const { world, request, wait, now } = story;
  const { pim } = world;
  for (let built = world.buildNext(); built; built = world.buildNext()) {
    request([built], julia);
    wait(2_000, 20_000);
  }
  for (let n = 0; n < 2; n++) {
    const model = addProductModel(pim);
    request([productModelCreated(model)], julia);
    wait(20_000, 60_000);
    request(savedProductModel(model, now(), editProductModel(pim, model)), julia);
    wait(20_000, 60_000);
  }
  for (let n = 0; n < 5; n++) {
    const product = addProduct(pim);
    request([productCreated(product)], julia);
    const family = pim.families.kept.find(({ code }) => code === product.family);
    while (family && missingKeys(family, product).size > 0) {
      wait(20_000, 180_000);
      const values = editProductValues(pim, pim.dice.products, product);
      if (values) request(savedProduct(pim, product, now(), { values }));
    }
  }
  return story.events;
}

/** Tells the steps of a job, and what it does while it is in progress. */
function runJob(story: Story, launch: JobLaunch, work: () => void): void {
  const { world, request, wait, now } = story;
  const job = launchJob(world.pim, now(), launch);
  const tell = (): void => request([jobStatus(job, now())]);
  tell();
  wait(1_000, 4_000);
  advanceJob(world.pim, job);
  tell();
  work();
  wait(500, 2_000);
  advanceJob(world.pim, job, 'completed');
  tell();
}

/** Somebody makes a category and adds a thousand products to it in one go. */
async function massEdit(): Promise<GeneratedEvent[]> {
  const story = await beginStory('mass-edit', 1_000, startsAt);
  const { world, request, wait, now } = story;
  const { pim, structures } = world;
  const category = structures.category.bring();
  request([structureFact('category', 'created', describe.category(category))], julia);
  wait(30_000, 60_000);
  runJob(story, { kind: 'mass-edit', author: julia, code: 'add_to_category', total: pim.products.size }, () => {
    for (const product of pim.products.values()) {
      wait(10, 60);
      product.categories.push(category.code);
      request(savedProduct(pim, product, now(), { categories: { added: [category.code], removed: [] } }), julia);
    }
  });
  return story.events;
}

/** At two in the morning an import creates forty products and updates eighty. */
async function nightlyImport(): Promise<GeneratedEvent[]> {
  const story = await beginStory('nightly-import', 80, Date.UTC(2026, 0, 5, 2));
  const { world, request, wait, now } = story;
  const { pim } = world;
  const known = [...pim.products.values()];
  runJob(story, { kind: 'import', author: system, code: 'csv_product_import', total: known.length + 40 }, () => {
    for (const [row, product] of known.entries()) {
      wait(20, 120);
      request(savedProduct(pim, product, now(), editProduct(pim, product)), system);
      if (row % 2 === 0) continue;
      wait(20, 120);
      request([productCreated(addProduct(pim))], system);
    }
  });
  return story.events;
}

/** What happens too seldom for one day of mixed traffic, in an order that makes sense. */
const seldom: readonly EventType[] = pimEventTypes.filter((type) =>
  /(?:app|connection|attribute|attribute-group|attribute-option|family|category|reference-entity-record)\.\w+$/.test(
    type,
  ),
);

/** Twenty-four hours of everything that a PIM does. */
async function mixedDay(): Promise<GeneratedEvent[]> {
  const generator = await createGenerator({ rng: createRng(seed).fork('mixed-day'), source, stock: 40 });
  const requests = 640;
  return Array.from({ length: requests }, (_, n) => {
    const now = startsAt + Math.floor((n * day) / requests);
    const type = n % 20 === 0 ? seldom[n / 20] : undefined;
    return type ? [generator.sample(type, now)] : generator.next(now);
  }).flat();
}

export const scenarios = {
  'product-launch': productLaunch,
  'mass-edit': massEdit,
  'nightly-import': nightlyImport,
  'mixed-day': mixedDay,
} as const;
export type ScenarioName = keyof typeof scenarios;
