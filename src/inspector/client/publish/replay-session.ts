/** The replay that this page feeds: one at a time. It goes on while somebody looks at another part of the page, to move the clock for it. */
import { type ReadonlySignal, signal } from '@preact/signals';
import { CallFailed, call, post } from '../control-client.ts';
import { fileBytes } from './file-bytes.ts';
import { ReplayRun, type ReplayTally, type ReplayWishes } from './replay-run.ts';

/** A replay, while it runs and afterwards. */
export interface Replay {
  files: readonly string[];
  bytes: number;
  bytesRead: number;
  /** Milliseconds of real time until now. */
  tookMs: number;
  tally: ReplayTally | undefined;
  isOver: boolean;
  /** Why it ended before the end. */
  problems: CallFailed['problems'];
}

const current = signal<Replay | undefined>(undefined);
export const replay: ReadonlySignal<Replay | undefined> = current;
let stop = (): void => {};

/** Ends it: what the mock has not published by now is not. */
export const stopReplay = (): void => stop();

/** Publishes recordings, one after the other. Does nothing while another replay runs. */
export async function playFiles(files: readonly File[], wishes: ReplayWishes): Promise<void> {
  if (files.length === 0 || current.value?.isOver === false) return;
  const path = `/_mock/replays/${freshName()}`;
  const startedAt = performance.now();
  let now: Replay = {
    files: files.map(({ name }) => name),
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    bytesRead: 0,
    tookMs: 0,
    tally: undefined,
    isOver: false,
    problems: [],
  };
  const show = (changes: Partial<Replay>): void => {
    now = { ...now, ...changes, tookMs: performance.now() - startedAt };
    current.value = now;
  };
  const run = new ReplayRun(wishes, { send: (batch) => post(path, batch), onProgress: (tally) => show({ tally }) });
  stop = () => {
    run.stop();
    // A mock that is gone needs no stop.
    call('DELETE', path).catch(() => {});
  };
  show({});
  const onBytes = (bytes: number): void => show({ bytesRead: now.bytesRead + bytes });
  try {
    await run.run(files.map((file) => ({ name: file.name, chunks: fileBytes(file, onBytes) })));
  } catch (error) {
    show({ problems: error instanceof CallFailed ? error.problems : [unreadable(error)] });
  }
  show({ isOver: true, tally: run.tally });
}

const unreadable = (error: unknown): CallFailed['problems'][number] => ({
  message: `the recording cannot be read to its end: ${error instanceof Error ? error.message : String(error)}`,
  hint: 'was it changed meanwhile, or cut off?',
});

/** Other pages have replays of their own. */
const freshName = (): string =>
  `inspector-${Array.from(crypto.getRandomValues(new Uint32Array(2)), (part) => part.toString(36)).join('')}`;
