/** The mock's end of a replay: takes a recording batch by batch, paces it, and lets the reader wait while the queues are full. */

import type { PublishedEvent } from './published-event.ts';
import type { RecordedInput, RecordedOptions } from './publisher.ts';

/** An event of a recording, and when it is to be published. */
export interface ReplayItem extends RecordedInput {
  /** Milliseconds on the mock's clock since the beginning of the replay; at once otherwise. */
  afterMs?: number | undefined;
}

export interface ReplayBatch extends RecordedOptions {
  items: readonly ReplayItem[];
  /** Nothing comes behind it. */
  isLast: boolean;
}

/** What became of a batch. */
export interface ReplayedBatch {
  /** How many of its events were published, from its beginning. All of them unless it was stopped. */
  published: number;
  deliveries: number;
  /** How many events of each type no subscription took. */
  untaken: Map<string, number>;
  stopped: boolean;
}

/** What a feed needs of the mock. */
export interface ReplayPort {
  now(): number;
  wakeAt(at: number, fn: () => void): () => void;
  publish(input: RecordedInput, options: RecordedOptions): PublishedEvent;
  /** Whether the queues can take more. */
  hasRoom(): boolean;
  /** Calls `listener` whenever that may have changed. Returns the end of it. */
  onChange(listener: () => void): () => void;
  /** On a clock that is moved by hand: resolves when nothing is in flight. */
  settled(): Promise<void>;
  /** Lets others have their turn; undefined where everything has to happen in one go. */
  pause(): Promise<void> | undefined;
  /** Calls `fn` after so many milliseconds of real time; returns its cancellation. */
  realDeadline(ms: number, fn: () => void): () => void;
}

/**
 * `publishing`: something is being done. `waiting`: for its time, or for room in the queues. `starving`: everything is published, and
 * the next batch is on its way. `resting`: nothing is asked of it.
 */
type Phase = 'publishing' | 'waiting' | 'starving' | 'resting';

interface Session {
  startedAt: number;
  phase: Phase;
  isStopped: boolean;
  /** Ends the wait that it is in. */
  wake: () => void;
}

/** Published at once; then others get their turn, and the queues are looked at. */
const sliceSize = 200;
/** Virtual time stands still for the next batch so long. A reader that is gone does not hold it up for ever. */
const starvingMs = 5_000;
/** Readers that were killed leave their session behind. */
const mostSessions = 100;

export class ReplayFeed {
  readonly #port: ReplayPort;
  readonly #sessions = new Map<string, Session>();
  #begun = 0;
  #waiting: (() => void)[] = [];

  constructor(port: ReplayPort) {
    this.#port = port;
  }

  /** Begins a replay whose first batch is on its way: a clock that is moved by hand waits for it. Answers its name. */
  begin(): string {
    const name = `r${++this.#begun}`;
    this.#enter(this.#open(name), 'starving');
    return name;
  }

  /** Publishes a batch of the replay of that name, each event at its time, and resolves when it is done or stopped. @throws INVALID_EVENT */
  async publish(name: string, batch: ReplayBatch): Promise<ReplayedBatch> {
    const { items, isLast } = batch;
    const known = this.#sessions.get(name);
    // Where time stands still, a replay that has begun is what is waited for; a new one has to wait itself.
    if (known?.phase !== 'starving') await this.#port.settled();
    const session = known ?? this.#open(name);
    this.#enter(session, 'publishing');
    const done: ReplayedBatch = { published: 0, deliveries: 0, untaken: new Map(), stopped: false };
    try {
      for (const item of items) {
        if (done.published % sliceSize === 0) await this.#takeBreath(session);
        if (item.afterMs !== undefined) await this.#wakeAt(session, session.startedAt + item.afterMs);
        if (session.isStopped) break;
        const { type, deliveries } = this.#port.publish(item, batch);
        done.published++;
        done.deliveries += deliveries;
        if (deliveries === 0) done.untaken.set(type, (done.untaken.get(type) ?? 0) + 1);
      }
    } finally {
      done.stopped = session.isStopped;
      const isPaced = items.at(-1)?.afterMs !== undefined;
      if (isLast || session.isStopped) this.#sessions.delete(name);
      this.#enter(session, isPaced && !isLast && !session.isStopped ? 'starving' : 'resting');
    }
    return done;
  }

  /** Ends a replay: what it still holds is not published, and its batch is answered. */
  stop(name: string): void {
    const session = this.#sessions.get(name);
    if (!session) return;
    this.#sessions.delete(name);
    this.#end(session);
  }

  /** Ends them all. */
  stopAll(): void {
    for (const name of [...this.#sessions.keys()]) this.stop(name);
  }

  /** Resolves when every replay waits for its time or for room: then a clock that is moved by hand may go on. */
  async settled(): Promise<void> {
    while (!this.isIdle) {
      let cancel = (): void => {};
      const changed = new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
        cancel = this.#port.realDeadline(starvingMs, () => this.#giveUpStarving());
      });
      await changed;
      cancel();
    }
  }

  /** Whether no replay has something to do, or to wait for from its reader. */
  get isIdle(): boolean {
    for (const { phase } of this.#sessions.values()) if (phase === 'publishing' || phase === 'starving') return false;
    return true;
  }

  #open(name: string): Session {
    const [oldest] = this.#sessions.keys();
    if (oldest !== undefined && this.#sessions.size >= mostSessions) this.stop(oldest);
    const session: Session = { startedAt: this.#port.now(), phase: 'resting', isStopped: false, wake: () => {} };
    this.#sessions.set(name, session);
    return session;
  }

  #end(session: Session): void {
    session.isStopped = true;
    session.wake();
    this.#enter(session, 'resting');
  }

  #giveUpStarving(): void {
    for (const [name, { phase }] of this.#sessions) if (phase === 'starving') this.stop(name);
  }

  #enter(session: Session, phase: Phase): void {
    session.phase = phase;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  async #takeBreath(session: Session): Promise<void> {
    await this.#port.pause();
    if (session.isStopped || this.#port.hasRoom()) return;
    await this.#wait(session, (resume) =>
      this.#port.onChange(() => {
        if (this.#port.hasRoom()) resume();
      }),
    );
  }

  async #wakeAt(session: Session, at: number): Promise<void> {
    if (session.isStopped || at <= this.#port.now()) return;
    await this.#wait(session, (resume) => this.#port.wakeAt(at, resume));
  }

  /** Waits until `arm` resumes it, or it is stopped. It is busy again before whoever woke it goes on. */
  async #wait(session: Session, arm: (resume: () => void) => () => void): Promise<void> {
    let disarm = (): void => {};
    this.#enter(session, 'waiting');
    await new Promise<void>((resolve) => {
      session.wake = () => {
        this.#enter(session, 'publishing');
        resolve();
      };
      disarm = arm(session.wake);
    });
    disarm();
    session.wake = () => {};
  }
}
