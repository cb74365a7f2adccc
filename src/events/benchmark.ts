import { benchmarkEventType, eventTime, schemaUrl } from '../core/envelope.ts';
import { uuidv4, uuidv7 } from '../core/ids.ts';
import type { Rng } from '../core/rng.ts';
import type { CloudEvent } from '../core/types.ts';
import type { PublisherOptions } from './publisher.ts';

/** How many test events, and how large the data of each is (contract, delivery: benchmark). */
export interface BenchmarkRequest {
  count: number;
  /** Of 1,024 bytes. Larger custom data makes the event larger. */
  sizeKb: number;
  customData?: unknown;
}

type BenchmarkOptions = Pick<PublisherOptions, 'source' | 'now'> & {
  ids: Rng;
  publish(event: CloudEvent, correlationId: string): void;
  /** After every slice a pause that lets others have their turn; told how many were published. */
  pauseAfter(done: number): Promise<void> | undefined;
};

/** Publishes the events of the benchmark endpoint slice by slice, so that the mock goes on answering meanwhile. */
export class Benchmark {
  readonly #options: BenchmarkOptions;
  readonly #running = new Set<Promise<void>>();
  /** Runs that began before are over. */
  #era = 0;

  constructor(options: BenchmarkOptions) {
    this.#options = options;
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

  get isIdle(): boolean {
    return this.#running.size === 0;
  }

  /** What is not published yet never is. */
  stop(): void {
    this.#era++;
  }

  async #run(request: BenchmarkRequest): Promise<void> {
    const era = this.#era;
    const correlationId = uuidv4(this.#options.ids);
    for (let index = 0; index < request.count; index++) {
      const pause = this.#options.pauseAfter(index);
      if (pause) await pause;
      if (era !== this.#era) return;
      this.#options.publish(this.#event(benchmarkData(index, request)), correlationId);
    }
  }

  #event(data: unknown): CloudEvent {
    const { ids, source } = this.#options;
    const now = this.#options.now();
    return {
      specversion: '1.0',
      id: uuidv7(ids, now),
      source,
      type: benchmarkEventType,
      datacontenttype: 'application/json',
      dataschema: schemaUrl(benchmarkEventType),
      time: eventTime(now),
      data,
    };
  }
}

/** Data that is padded to the size that was asked for. */
function benchmarkData(index: number, { sizeKb, customData }: BenchmarkRequest): unknown {
  const custom = customData === undefined ? {} : { custom_data: customData };
  const size = JSON.stringify({ index, padding: '', ...custom }).length;
  return { index, padding: 'x'.repeat(Math.max(0, Math.round(sizeKb * 1024) - size)), ...custom };
}
