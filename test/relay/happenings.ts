/** Things that happen, in order, and a way to wait for one of them. What happened before the wait counts. */
export class Happenings<T> {
  readonly all: T[] = [];
  #waiting: { matches: (thing: T) => boolean; resolve: (thing: T) => void }[] = [];

  add = (thing: T): void => {
    this.all.push(thing);
    const due = this.#waiting.filter(({ matches }) => matches(thing));
    this.#waiting = this.#waiting.filter((waiter) => !due.includes(waiter));
    for (const { resolve } of due) resolve(thing);
  };

  /** The first that matches, from number `from` on. */
  when<S extends T>(matches: (thing: T) => thing is S, from?: number): Promise<S>;
  when(matches: (thing: T) => boolean, from?: number): Promise<T>;
  when(matches: (thing: T) => boolean, from = 0): Promise<T> {
    const known = this.all.slice(from).find(matches);
    if (known !== undefined) return Promise.resolve(known);
    return new Promise((resolve) => this.#waiting.push({ matches, resolve }));
  }

  /** Resolves when there are so many. */
  count(n: number): Promise<T> {
    return this.when(() => this.all.length >= n);
  }
}
