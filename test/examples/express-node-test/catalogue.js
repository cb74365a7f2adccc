/**
 * @typedef {{ id: string, type: string, time: string, data: any }} PimEvent
 * @typedef {'to refresh' | 'deleted'} ProductState
 */

/** @type {Map<string, ProductState>} */
const states = new Map([
  ['com.akeneo.pim.v1.product.created', 'to refresh'],
  ['com.akeneo.pim.v1.product.updated', 'to refresh'],
  ['com.akeneo.pim.v1.product.deleted', 'deleted'],
]);

/**
 * What we know of the PIM's products. Events come in no particular order: the latest one by its own time decides, whenever it arrives.
 * A deleted product stays known, or an older update that comes later would bring it back.
 */
export class Catalogue {
  /** @type {Map<string, { state: ProductState, event: PimEvent }>} */
  #products = new Map();

  /** @param {PimEvent} event */
  apply(event) {
    const state = states.get(event.type);
    // Whatever else the platform sends, today or after its next release, is not about us.
    if (state === undefined) return;
    const uuid = event.data?.product?.uuid;
    if (typeof uuid !== 'string') throw new Error(`event ${event.id} names no product`);
    const known = this.#products.get(uuid);
    if (!known || isLater(event, known.event)) this.#products.set(uuid, { state, event });
  }

  /** The state of every product by its UUID. */
  products() {
    return Object.fromEntries([...this.#products].map(([uuid, { state }]) => [uuid, state]));
  }
}

/**
 * By time, which is in whole seconds, and within a second by id: a UUIDv7 begins with its millisecond.
 * @param {PimEvent} a
 * @param {PimEvent} b
 */
function isLater(a, b) {
  const [timeOfA, timeOfB] = [Date.parse(a.time), Date.parse(b.time)];
  return timeOfA === timeOfB ? a.id > b.id : timeOfA > timeOfB;
}
