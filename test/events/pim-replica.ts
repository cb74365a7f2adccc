import type { CloudEvent } from '../../src/core/types.ts';
import type { EventDataMap } from '../../src/events/event-data.ts';
import type { GeneratedEvent, PimSnapshot } from '../../src/events/generator.ts';

/** What a consumer knows of a product, product model or asset: each value as JSON. `null` stands for what it cannot know yet. */
interface Known {
  values: Map<string, string>;
  fields: Map<string, unknown>;
  categories: Set<string>;
  groups: Set<string>;
  announced: Set<string>;
}

interface Change {
  previous: unknown;
  new: unknown;
  locale: string | null;
  scope?: string | null;
  channel?: string | null;
}

const json = (value: unknown): string => JSON.stringify(value ?? null);

function must(holds: boolean, event: CloudEvent, what: string): void {
  if (!holds) throw new Error(`${what}: ${JSON.stringify(event)}`);
}

/**
 * A consumer's copy of the PIM, kept up to date from events alone. Throws when an event contradicts what was there. With `strict`
 * nothing may turn up that was neither there at the start nor created; without, what turns up is taken to have been there.
 */
export class PimReplica {
  readonly #strict: boolean;
  readonly #known = new Map<string, Known>();
  readonly #gone = new Set<string>();
  readonly #jobs = new Map<number, string>();
  #last: CloudEvent | undefined;

  constructor(start: PimSnapshot, { strict }: { strict: boolean }) {
    this.#strict = strict;
    for (const { uuid, values, categories, groups, announced, enabled, family, parent } of start.products) {
      const fields = new Map<string, unknown>(Object.entries({ enabled, family, parent }));
      this.#add(`product ${uuid}`, {
        values: jsonValues(values),
        fields,
        categories: new Set(categories),
        groups: new Set(groups),
        announced: new Set(announced),
      });
    }
    for (const { code, values, parent, categories } of start.productModels) {
      this.#add(`model ${code}`, {
        values: jsonValues(values),
        fields: new Map([['parent', parent]]),
        categories: new Set(categories),
      });
    }
    for (const { code, values } of start.assets) this.#add(`asset ${code}`, { values: jsonValues(values) });
  }

  apply({ event }: GeneratedEvent): void {
    const [, subject = '', verb = ''] = /^com\.akeneo\.pim\.v1\.([\w-]+)\.(.+)$/.exec(event.type) ?? [];
    if (subject === 'product') this.#product(event, verb);
    else if (subject === 'product-model') this.#model(event, verb);
    else if (subject === 'job') this.#job(event);
    else if (subject === 'asset') this.#asset(event, verb);
    else if (subject === 'workflow') this.#task(event);
    else this.#structure(event, subject, verb);
    this.#last = event;
  }

  /** Compares with what is in the PIM in the end. */
  compare(end: PimSnapshot): void {
    for (const product of end.products) {
      const known = this.#known.get(`product ${product.uuid}`);
      if (!known) continue;
      if (json(sorted(known.values)) !== json(sorted(jsonValues(product.values))))
        throw new Error(`values of ${product.uuid} differ`);
      const required =
        end.families.find(({ code }) => code === product.family)?.required ?? new Map<string, string[]>();
      const complete = [...required]
        .filter(([, keys]) => keys.every((key) => isMain(key) || known.values.has(key)))
        .map(([place]) => place);
      if (this.#strict && json(complete.sort()) !== json([...known.announced].sort()))
        throw new Error(`completeness of ${product.uuid}`);
    }
    for (const model of end.productModels) this.#sameValues(`model ${model.code}`, model.values);
    for (const asset of end.assets) this.#sameValues(`asset ${asset.code}`, asset.values);
  }

  #sameValues(key: string, values: Map<string, unknown>): void {
    const known = this.#known.get(key);
    if (known && json(sorted(known.values)) !== json(sorted(jsonValues(values))))
      throw new Error(`values of ${key} differ`);
  }

  #add(key: string, part: Partial<Known> = {}): Known {
    const known = {
      values: new Map(),
      fields: new Map(),
      categories: new Set<string>(),
      groups: new Set<string>(),
      announced: new Set<string>(),
      ...part,
    };
    this.#known.set(key, known);
    return known;
  }

  /** The entity that an event is about: alive, and known unless the replica is lenient. */
  #find(event: CloudEvent, key: string, verb: string): Known {
    must(!this.#gone.has(key), event, `${key} was deleted before`);
    const known = this.#known.get(key);
    if (verb === 'created') must(known === undefined, event, `${key} was there before`);
    else must(known !== undefined || !this.#strict, event, `${key} was never created`);
    if (verb === 'deleted') this.#gone.add(key);
    return known ?? this.#add(key);
  }

  #product(event: CloudEvent, verb: string): void {
    const { product } = event.data as EventDataMap['com.akeneo.pim.v1.product.updated'];
    const known = this.#find(event, `product ${product.uuid}`, verb);
    if (verb === 'updated.delta')
      this.#delta(
        event,
        known,
        (event.data as EventDataMap['com.akeneo.pim.v1.product.updated.delta']).product.changes,
      );
    if (verb === 'became-complete') {
      this.#follows(event, product.uuid);
      for (const { scope, locale } of (event.data as EventDataMap['com.akeneo.pim.v1.product.became-complete']).product
        .complete_on) {
        must(!known.announced.has(`${scope}/${locale}`), event, 'complete twice');
        known.announced.add(`${scope}/${locale}`);
      }
    }
    if (verb === 'became-incomplete') {
      this.#follows(event, product.uuid);
      for (const { scope, locale } of (event.data as EventDataMap['com.akeneo.pim.v1.product.became-incomplete'])
        .product.incomplete_on) {
        must(
          known.announced.delete(`${scope}/${locale}`) || !this.#strict,
          event,
          'incomplete without having been complete',
        );
      }
    }
  }

  /** Completeness changes right after the save that changed it. */
  #follows(event: CloudEvent, uuid: string): void {
    if (!this.#strict) return;
    const last = this.#last?.data as { product?: { uuid: string } } | undefined;
    must(
      /\.updated\.delta$|\.became-complete$/.test(this.#last?.type ?? '') && last?.product?.uuid === uuid,
      event,
      'no save before it',
    );
  }

  #model(event: CloudEvent, verb: string): void {
    const { product_model } = event.data as EventDataMap['com.akeneo.pim.v1.product-model.updated.delta'];
    const known = this.#find(event, `model ${product_model.code}`, verb);
    if (verb === 'updated.delta') this.#delta(event, known, product_model.changes);
  }

  #asset(event: CloudEvent, verb: string): void {
    const { asset } = event.data as EventDataMap['com.akeneo.pim.v1.asset.updated.delta'];
    const known = this.#find(event, `asset ${asset.code}`, verb);
    if (verb === 'updated.delta') this.#delta(event, known, asset.changes);
  }

  #delta(event: CloudEvent, known: Known, changes: object): void {
    must(Object.keys(changes).length > 0, event, 'nothing changed');
    for (const [key, change] of Object.entries(changes)) {
      if (key === 'values')
        for (const [code, list] of Object.entries(change))
          for (const one of list as Change[]) this.#value(event, known, code, one);
      else if (key === 'categories' || key === 'groups') this.#codes(event, known[key], change);
      else if ('previous' in change) {
        must(json(change.previous) !== json(change.new), event, `${key} did not change`);
        if (known.fields.has(key))
          must(json(known.fields.get(key)) === json(change.previous), event, `previous ${key}`);
        known.fields.set(key, change.new);
      }
    }
  }

  #value(event: CloudEvent, known: Known, code: string, change: Change): void {
    const key = `${code}/${change.locale ?? '*'}/${change.scope ?? change.channel ?? '*'}`;
    const before = known.values.get(key) ?? (this.#strict && !isMain(key) ? 'null' : undefined);
    must(json(change.previous) !== json(change.new), event, `${key} did not change`);
    must(before === undefined || json(change.previous) === before, event, `previous of ${key}`);
    if (this.#strict && json(change.new) === 'null') known.values.delete(key);
    else known.values.set(key, json(change.new));
  }

  #codes(event: CloudEvent, codes: Set<string>, change: { added: string[]; removed: string[] }): void {
    for (const code of change.added) must(!codes.has(code), event, `${code} was there before`);
    for (const code of change.removed) must(codes.delete(code) || !this.#strict, event, `${code} was not there`);
    for (const code of change.added) codes.add(code);
  }

  #job(event: CloudEvent): void {
    const { job } = event.data as EventDataMap['com.akeneo.pim.v1.job.export.status-changed'];
    const order = ['starting', 'in_progress', 'completed'];
    const place = (status: string | undefined): number => (status === 'failed' ? 2 : order.indexOf(status ?? ''));
    must(place(job.status) === place(this.#jobs.get(job.execution_id)) + 1, event, 'job status does not follow');
    must((job.end_time !== null) === (place(job.status) === 2), event, 'end time');
    this.#jobs.set(job.execution_id, job.status);
  }

  #task(event: CloudEvent): void {
    const { task, ...data } = event.data as {
      task: { uuid: string };
      product?: { uuid: string };
      product_model?: { code: string };
    };
    this.#find(event, `task ${task.uuid}`, event.type.endsWith('created') ? 'created' : 'deleted');
    this.#find(event, data.product ? `product ${data.product.uuid}` : `model ${data.product_model?.code}`, 'mentioned');
  }

  #structure(event: CloudEvent, subject: string, verb: string): void {
    const key = `${subject} ${json({ ...(event.data as object), author: null })}`;
    must(!this.#gone.has(key), event, 'deleted before');
    if (verb === 'created') must(!this.#known.has(key), event, 'created twice');
    if (verb === 'created') this.#add(key);
    if (verb === 'deleted') this.#gone.add(key);
  }
}

const isMain = (key: string): boolean => key.startsWith('sku/');
const jsonValues = (values: Map<string, unknown>) => new Map([...values].map(([key, value]) => [key, json(value)]));
/** All but the main identifier, which nobody is told when a product is created. */
const sorted = (values: Map<string, string>) => [...values].filter(([key]) => !isMain(key)).sort();
