import { benchmarkEventType, eventTime, schemaUrl } from '../core/envelope.ts';
import { uuidv4, uuidv7 } from '../core/ids.ts';
import { createRng, type Rng } from '../core/rng.ts';
import type { CloudEvent } from '../core/types.ts';
import type { PublisherOptions } from './publisher.ts';

/** How many test events, and how large the data of each is (contract, delivery: benchmark). */
export interface BenchmarkRequest {
  count: number;
  /** Of 1,024 bytes. Larger custom data makes the event larger. */
  sizeKb: number;
  customData?: unknown;
}

type BenchmarkOptions = Pick<PublisherOptions, 'seed' | 'source' | 'now'> & {
  publish(event: CloudEvent, correlationId: string): void;
  /** After every slice a pause that lets others have their turn; told how many were published. */
  pauseAfter(done: number): Promise<void> | undefined;
};

/** Publishes the events of the benchmark endpoint slice by slice, so that the mock goes on answering meanwhile. */
export class Benchmark {
  readonly #options: BenchmarkOptions;
  readonly #running = new Set<Promise<void>>();
  #ids: Rng;

  constructor(options: BenchmarkOptions) {
    this.#options = options;
    this.#ids = this.#freshIds();
  }

  /** Publishes the first slice, and the others after it. */
  start(request: BenchmarkRequest): void {
    const run = this.#run(request).finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  /** Resolves when everything that was asked for is published. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** What is not published yet never is; ids are as at the start. */
  reset(): void {
    this.#ids = this.#freshIds();
  }

  async #run(request: BenchmarkRequest): Promise<void> {
    const ids = this.#ids;
    const correlationId = uuidv4(ids);
    for (let index = 0; index < request.count; index++) {
      const pause = this.#options.pauseAfter(index);
      if (pause) await pause;
      if (ids !== this.#ids) return;
      this.#options.publish(this.#event(ids, benchmarkData(index, request)), correlationId);
    }
  }

  #event(ids: Rng, data: unknown): CloudEvent {
    const now = this.#options.now();
    return {
      specversion: '1.0',
      id: uuidv7(ids, now),
      source: this.#options.source,
      type: benchmarkEventType,
      datacontenttype: 'application/json',
      dataschema: schemaUrl(benchmarkEventType),
      time: eventTime(now),
      data,
    };
  }

  #freshIds(): Rng {
    return createRng(this.#options.seed).fork('benchmark');
  }
}

/** Data that is padded to the size that was asked for. */
function benchmarkData(index: number, { sizeKb, customData }: BenchmarkRequest): unknown {
  const custom = customData === undefined ? {} : { custom_data: customData };
  const size = JSON.stringify({ index, padding: '', ...custom }).length;
  return { index, padding: 'x'.repeat(Math.max(0, Math.round(sizeKb * 1024) - size)), ...custom };
}
