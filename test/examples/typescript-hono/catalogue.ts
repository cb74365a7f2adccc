import type { PimEvent } from './pim-event.ts';

export type ProductState = 'to refresh' | 'deleted';

const states = new Map<string, ProductState>([
  ['com.akeneo.pim.v1.product.created', 'to refresh'],
  ['com.akeneo.pim.v1.product.updated', 'to refresh'],
  ['com.akeneo.pim.v1.product.deleted', 'deleted'],
]);

interface Entry {
  state: ProductState;
  /** The event that said so. */
  event: PimEvent;
}

/**
 * What we know of the PIM's products. An event says that something happened, in no particular order: the latest one by its own time
 * decides, whenever it arrives. A deleted product stays known, or an older update that comes later would bring it back.
 */
export class Catalogue {
  readonly #products = new Map<string, Entry>();

  apply(event: PimEvent): void {
    const state = states.get(event.type);
    // Whatever else the platform sends, today or after its next release, is not about us.
    if (state === undefined) return;
    const uuid = productUuid(event);
    const known = this.#products.get(uuid);
    if (!known || isLater(event, known.event)) this.#products.set(uuid, { state, event });
  }

  /** The state of every product by its UUID. */
  products(): Record<string, ProductState> {
    return Object.fromEntries([...this.#products].map(([uuid, { state }]) => [uuid, state]));
  }
}

/** By time, which is in whole seconds, and within a second by id: a UUIDv7 begins with its millisecond. */
function isLater(a: PimEvent, b: PimEvent): boolean {
  const [timeOfA, timeOfB] = [Date.parse(a.time), Date.parse(b.time)];
  return timeOfA === timeOfB ? a.id > b.id : timeOfA > timeOfB;
}

function productUuid({ id, data }: PimEvent): string {
  const { product } = data as { product?: { uuid?: unknown } };
  if (typeof product?.uuid !== 'string') throw new Error(`event ${id} names no product`);
  return product.uuid;
}
