import type { Capturable } from '../core/capturable.ts';
import type { Rng } from '../core/rng.ts';
import type { Fact } from './facts.ts';
import { planFoundation } from './foundation.ts';
import { type Asset, createPim, type Family, type Pim, type Product, type ProductModel } from './pim.ts';
import { captureContents, type PimContents, restoreContents } from './pim-contents.ts';
import { addProductModel, fillProductModel } from './product-models.ts';
import { addProduct, fillProduct, settleCompleteness } from './products.ts';
import { createStructures, type Structures } from './structure.ts';
import { addWorkflows } from './workflows.ts';

export interface WorldState {
  contents: PimContents;
  /** How many steps of its foundation are built. */
  built: number;
}

/** A fictional PIM with all that changes it. Its chance is not part of what is captured. */
export interface World extends Capturable<WorldState> {
  pim: Pim;
  structures: Structures;
  /** The next entity that an empty PIM still needs before it can have products. */
  buildNext(): Fact | undefined;
  /** Builds what is left of that silently. */
  buildAll(): void;
  snapshot(): PimSnapshot;
}

/** A copy of what is in the PIM. */
export interface PimSnapshot {
  families: Family[];
  products: Product[];
  productModels: ProductModel[];
  assets: Asset[];
}

/** Makes a PIM with this many products and the rest in proportion; none makes an empty one. */
export async function createWorld(rng: Rng, stock: number): Promise<World> {
  const { createVocabulary } = await import('./vocabulary.ts');
  const pim = createPim(rng, createVocabulary(rng.fork('vocabulary')), Math.max(2_000, 2 * stock));
  const structures = createStructures(pim, rng.fork('structures'));
  const foundation = planFoundation(pim, rng.fork('foundation'));
  let built = 0;
  const buildNext = (): Fact | undefined => (built < foundation.length ? foundation[built++]?.() : undefined);
  const buildAll = (): void => {
    while (buildNext()) {}
  };
  addWorkflows(pim);
  if (stock > 0) {
    buildAll();
    fillStock(pim, structures, stock);
  }
  const snapshot = (): PimSnapshot =>
    structuredClone({
      families: pim.families.kept,
      products: [...pim.products.values()],
      productModels: [...pim.models.values()],
      assets: [...pim.assets.kept, ...pim.assets.passing.values()],
    });
  return {
    ...{ pim, structures, buildNext, buildAll, snapshot },
    capture: () => ({ contents: captureContents(pim), built }),
    restore: (state) => {
      restoreContents(pim, state.contents);
      built = state.built;
    },
  };
}

function fillStock(pim: Pim, structures: Structures, stock: number): void {
  for (let n = 0; n < stock; n += 5) fillProductModel(pim, addProductModel(pim));
  for (let n = 0; n < stock; n++) {
    const product = addProduct(pim);
    fillProduct(pim, product, 0.8);
    settleCompleteness(pim, product);
  }
  for (let n = 0; n < stock; n += 4) {
    for (const structure of Object.values(structures)) structure.bring();
  }
}
