import { fail } from '../errors.ts';
import type { Snapshot } from './snapshots.ts';

/** Most snapshots that are held: each has everything in it. */
export const mostSnapshots = 100;

export interface SnapshotTaking {
  nextName(): string;
  take(name: string): Promise<Snapshot>;
  restore(snapshot: Snapshot): Promise<void>;
}

/** Snapshots that are known by their names, for those who are not in this process. */
export class NamedSnapshots {
  readonly #mock: SnapshotTaking;
  readonly #held = new Map<string, Snapshot>();

  constructor(mock: SnapshotTaking) {
    this.#mock = mock;
  }

  /** The latest comes last. */
  list(): Snapshot[] {
    return [...this.#held.values()];
  }

  /** One of the same name makes room. @throws SNAPSHOT_LIMIT */
  async take(name: string = this.#freeName()): Promise<Snapshot> {
    this.#checkRoomFor(name);
    const snapshot = await this.#mock.take(name);
    // Others may have been taken meanwhile.
    this.#checkRoomFor(name);
    this.#held.delete(name);
    this.#held.set(name, snapshot);
    return snapshot;
  }

  /** @throws SNAPSHOT_NOT_FOUND */
  async restore(name: string): Promise<Snapshot> {
    const snapshot = this.#find(name);
    await this.#mock.restore(snapshot);
    return snapshot;
  }

  /** @throws SNAPSHOT_NOT_FOUND */
  delete(name: string): void {
    this.#held.delete(this.#find(name).name);
  }

  #checkRoomFor(name: string): void {
    if (!this.#held.has(name) && this.#held.size >= mostSnapshots)
      throw fail('SNAPSHOT_LIMIT', { limit: mostSnapshots });
  }

  #find(name: string): Snapshot {
    const found = this.#held.get(name);
    if (!found) throw fail('SNAPSHOT_NOT_FOUND', { name, known: [...this.#held.keys()] });
    return found;
  }

  #freeName(): string {
    let name = this.#mock.nextName();
    while (this.#held.has(name)) name = this.#mock.nextName();
    return name;
  }
}
