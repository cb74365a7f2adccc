import type { Capturable } from '../core/capturable.ts';
import type { Rng } from '../core/rng.ts';
import { type Attribute, type Channel, type Place, placesOf, type Slot } from './attributes.ts';
import type { Author } from './author.ts';
import type { AttributeValue } from './delta-data.ts';
import { Pool, type PoolContents } from './pool.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A family: what its products can hold, and what they must hold to be complete. */
export interface Family {
  code: string;
  /** What a product without a parent holds. */
  slots: Slot[];
  /** What its product models hold, and what is left to their variants. */
  modelSlots: Slot[];
  variantSlots: Slot[];
  /** The keys of the required values, by the key of the place. */
  required: Map<string, string[]>;
}

export interface Associated {
  products: string[];
  product_models: string[];
  groups: string[];
}

/** Associations with a number of pieces, by product uuid and by product model code. */
export interface Quantified {
  products: Map<string, number>;
  product_models: Map<string, number>;
}

/** What products and product models have in common. */
export interface Enriched {
  parent: string | null;
  categories: string[];
  /** By slot key. */
  values: Map<string, AttributeValue>;
  associations: Map<string, Associated>;
  quantified: Map<string, Quantified>;
}

export interface Product extends Enriched {
  uuid: string;
  identifier: string;
  family: string | null;
  enabled: boolean;
  groups: string[];
  /** The places for which the last thing that the PIM announced was "complete". */
  announced: Set<string>;
}

export interface ProductModel extends Enriched {
  code: string;
  family: string;
  /** How many variants and sub-models hang on it. */
  children: number;
}

export interface Option {
  code: string;
  attribute: string;
}

export interface EntityRecord {
  code: string;
  entity: string;
}

export interface Asset {
  code: string;
  family: string;
  values: Map<string, string>;
}

export interface Task {
  uuid: string;
  workflow: string;
  step: string;
  about: Product | ProductModel;
}

export const jobKinds = ['export', 'mass-edit', 'import'] as const;
export type JobKind = (typeof jobKinds)[number];

export interface Job {
  kind: JobKind;
  executionId: number;
  code: string;
  total: number;
  startedAt: number;
  status: 'starting' | 'in_progress' | 'completed' | 'failed';
  author: Author;
}

interface ShelfContents<T> {
  kept: T[];
  passing: PoolContents<T>;
  serial: number;
}

/**
 * Entities of one kind. The `kept` are those that products refer to: they are never deleted, so that nothing ever points to what is
 * gone. The `passing` ones are created, updated and deleted again.
 */
export class Shelf<T> implements Capturable<ShelfContents<T>> {
  readonly kept: T[] = [];
  readonly passing = new Pool<T>(500);
  #serial = 0;

  /** A number for the next code of this kind. */
  nextSerial(): number {
    return ++this.#serial;
  }

  pick(rng: Rng): T | undefined {
    const index = rng.int(0, Math.max(0, this.kept.length + this.passing.size - 1));
    return this.kept[index] ?? this.passing.values()[index - this.kept.length];
  }

  capture(): ShelfContents<T> {
    return { kept: [...this.kept], passing: this.passing.capture(), serial: this.#serial };
  }

  restore({ kept, passing, serial }: ShelfContents<T>): void {
    this.kept.splice(0, this.kept.length, ...kept);
    this.passing.restore(passing);
    this.#serial = serial;
  }
}

/** A stream of chance for each purpose, so that a draw added to one shifts no other. */
const createDice = (rng: Rng) => ({
  uuids: rng.fork('uuids'),
  products: rng.fork('products'),
  models: rng.fork('models'),
  assets: rng.fork('assets'),
  jobs: rng.fork('jobs'),
  workflows: rng.fork('workflows'),
  clients: rng.fork('clients'),
});
export type Dice = ReturnType<typeof createDice>;

/** A small fictional PIM, in memory. */
export interface Pim {
  readonly vocabulary: Vocabulary;
  readonly dice: Dice;
  readonly channels: Channel[];
  readonly places: Place[];
  readonly groups: string[];
  readonly associationTypes: string[];
  readonly quantifiedTypes: string[];
  readonly assetFamilies: string[];
  readonly entities: string[];
  readonly apiClients: string[];
  readonly workflows: { uuid: string; steps: string[] }[];
  readonly attributes: Shelf<Attribute>;
  readonly attributeGroups: Shelf<{ code: string }>;
  readonly options: Shelf<Option>;
  readonly categories: Shelf<{ code: string }>;
  readonly families: Shelf<Family>;
  readonly records: Shelf<EntityRecord>;
  readonly assets: Shelf<Asset>;
  readonly products: Pool<Product>;
  readonly models: Pool<ProductModel>;
  readonly tasks: Pool<Task>;
  /** Those that have not ended, oldest first. */
  readonly jobs: Job[];
  serials: { product: number; model: number; execution: number; benchmark: number };
}

/** A PIM with its settings, and nothing in its catalogue. What no event can create is here from the start. */
export function createPim(rng: Rng, vocabulary: Vocabulary, productLimit: number): Pim {
  const settings = rng.fork('settings');
  const channels = drawChannels(settings);
  return {
    vocabulary,
    dice: createDice(rng),
    channels,
    places: placesOf(channels),
    groups: ['promotion', 'clearance', 'new_arrivals'],
    associationTypes: ['X_SELL', 'UPSELL', 'SUBSTITUTION'],
    quantifiedTypes: ['PACK', 'PRODUCT_SET'],
    assetFamilies: ['packshots', 'documents'],
    entities: ['brands', 'designers'],
    apiClients: Array.from({ length: 3 }, () => drawClientId(settings)),
    workflows: [],
    attributes: new Shelf(),
    attributeGroups: new Shelf(),
    options: new Shelf(),
    categories: new Shelf(),
    families: new Shelf(),
    records: new Shelf(),
    assets: new Shelf(),
    products: new Pool(productLimit),
    models: new Pool(productLimit),
    tasks: new Pool(200),
    jobs: [],
    serials: { product: 1000, model: 0, execution: settings.int(100, 900), benchmark: 0 },
  };
}

/** A client id as the PIM gives to its connections. */
export const drawClientId = (rng: Rng): string => {
  const hash = Array.from({ length: 7 }, () => rng.uint32().toString(36).padStart(7, '0')).join('');
  return `${rng.int(1, 99)}_${hash}`;
};

function drawChannels(rng: Rng): Channel[] {
  const second = rng.pick(['fr_FR', 'de_DE']);
  const third = rng.pick(['es_ES', 'it_IT', 'nl_NL']);
  return [
    { code: 'ecommerce', currency: 'EUR', locales: ['en_US', second, third] },
    { code: rng.pick(['mobile', 'print', 'marketplace']), currency: 'USD', locales: ['en_US', second] },
  ];
}
