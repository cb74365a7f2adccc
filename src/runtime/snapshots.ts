import { fail } from '../errors.ts';

/**
 * A moment of a mock, to go back to as often as one likes. It can be used with the mock that took it, and is opaque: what it holds has
 * secrets in it, and never leaves the process.
 */
export class Snapshot {
  readonly name: string;
  /** The mock's time at that moment, in milliseconds since the epoch. */
  readonly at: number;

  constructor(name: string, at: number) {
    this.name = name;
    this.at = at;
  }
}

/** Something that restores itself at once, and may have somebody to tell. */
export interface SnapshotPart {
  capture(): unknown;
  restore(captured: unknown): void | Promise<void>;
}

/** Takes snapshots of parts that it knows nothing about. */
export class Snapshots {
  readonly #parts: readonly SnapshotPart[];
  readonly #captured = new WeakMap<Snapshot, unknown[]>();
  #lastNumber = 0;

  constructor(parts: readonly SnapshotPart[]) {
    this.#parts = parts;
  }

  /** A name for a snapshot that is given none: `s1`, `s2`… */
  nextName(): string {
    return `s${++this.#lastNumber}`;
  }

  /** To be called when nothing is under way. */
  take(name: string, at: number): Snapshot {
    const snapshot = new Snapshot(name, at);
    this.#captured.set(
      snapshot,
      this.#parts.map((part) => part.capture()),
    );
    return snapshot;
  }

  /** @throws SNAPSHOT_FOREIGN for one of another mock */
  check(snapshot: Snapshot): void {
    if (!this.#captured.has(snapshot)) throw fail('SNAPSHOT_FOREIGN', {});
  }

  /** Every part is back when this returns. Resolves when whoever has to know has been told. */
  restore(snapshot: Snapshot): Promise<unknown> {
    const captured = this.#captured.get(snapshot) ?? [];
    return Promise.all(this.#parts.map((part, n) => part.restore(captured[n])));
  }
}
