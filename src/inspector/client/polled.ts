/** What the page asks for again and again while somebody can see it. */
import { type ReadonlySignal, signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { CallFailed, get } from './control-client.ts';

/** The mock spends at most one part in so many of its time on answering. */
const restFactor = 9;

export class Polled<Answer> {
  readonly #path: string;
  readonly #everyMs: number;
  readonly #answer = signal<Answer | undefined>(undefined);
  readonly #failure = signal<CallFailed | undefined>(undefined);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking: AbortController | undefined;
  #isWatched = false;

  constructor(path: string, everyMs: number) {
    this.#path = path;
    this.#everyMs = everyMs;
  }

  /** The latest; it stays when a question is not answered. */
  get answer(): ReadonlySignal<Answer | undefined> {
    return this.#answer;
  }

  /** Why the last question was not answered. */
  get failure(): ReadonlySignal<CallFailed | undefined> {
    return this.#failure;
  }

  /** Asks now, and from now on. A question that is under way is too old. */
  async refresh(): Promise<void> {
    this.#asking?.abort();
    clearTimeout(this.#timer);
    const asking = new AbortController();
    this.#asking = asking;
    const startedAt = performance.now();
    try {
      const answer = await get<Answer>(this.#path, asking.signal);
      if (asking.signal.aborted) return;
      this.#answer.value = answer;
      this.#failure.value = undefined;
    } catch (error) {
      if (asking.signal.aborted) return;
      if (!(error instanceof CallFailed)) throw error;
      this.#failure.value = error;
    }
    if (!this.#isWatched) return;
    const tookMs = performance.now() - startedAt;
    this.#timer = setTimeout(() => this.refresh(), Math.max(this.#everyMs, restFactor * tookMs));
  }

  /** Asks until the function that it returns is called. */
  watch(): () => void {
    const look = (): void => {
      this.#isWatched = document.visibilityState === 'visible';
      if (this.#isWatched) void this.refresh();
      else clearTimeout(this.#timer);
    };
    document.addEventListener('visibilitychange', look);
    look();
    return () => {
      document.removeEventListener('visibilitychange', look);
      this.#isWatched = false;
      clearTimeout(this.#timer);
      this.#asking?.abort();
    };
  }
}

/** Asks the control API for `path` as long as the component is there. */
export function usePolled<Answer>(path: string, everyMs = 1_000): Polled<Answer> {
  const polled = useMemo(() => new Polled<Answer>(path, everyMs), [path, everyMs]);
  useEffect(() => polled.watch(), [polled]);
  return polled;
}
