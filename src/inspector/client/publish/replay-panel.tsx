import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { CallFailed, call, post } from '../control-client.ts';
import { Problems, useProblems } from '../problems.tsx';
import { fileBytes } from './file-bytes.ts';
import { ReplayProgress } from './replay-progress.tsx';
import { type ReplayTally, ReplayRun } from './replay-run.ts';

const replays = '/_mock/replays/';
/** Names of replays have to differ from those of other pages. */
const freshName = (): string => `inspector-${Array.from(crypto.getRandomValues(new Uint32Array(2)), (n) => n.toString(36)).join('')}`;

/** A replay, while it runs and afterwards. */
export interface Replay {
  files: readonly string[];
  bytes: number;
  bytesRead: number;
  startedAt: number;
  /** Milliseconds of real time until now. */
  tookMs: number;
  tally: ReplayTally | undefined;
  isOver: boolean;
}

/** A recording that is dropped on the page, or chosen, is published. */
export function ReplayPanel() {
  const [isPaced, setPaced] = useState(false);
  const [keepIds, setKeepIds] = useState(false);
  const [replay, setReplay] = useState<Replay>();
  const { problems, attempt } = useProblems();
  const stop = useRef<(() => void) | undefined>(undefined);
  const ids = useId();

  const play = (files: readonly File[]): Promise<void> =>
    attempt(async () => {
      if (files.length === 0 || stop.current) return;
      const path = replays + freshName();
      const startedAt = performance.now();
      let state: Replay = {
        files: files.map(({ name }) => name),
        bytes: files.reduce((sum, { size }) => sum + size, 0),
        bytesRead: 0,
        startedAt,
        tookMs: 0,
        tally: undefined,
        isOver: false,
      };
      const show = (changes: Partial<Replay>): void => {
        state = { ...state, ...changes, tookMs: performance.now() - startedAt };
        setReplay(state);
      };
      const run = new ReplayRun(
        { isPaced, keepIds },
        { send: (batch) => post(path, batch), onProgress: (tally) => show({ tally }) },
      );
      stop.current = () => {
        run.stop();
        void call('DELETE', path).catch(() => {});
      };
      show({});
      try {
        const onBytes = (bytes: number): void => show({ bytesRead: state.bytesRead + bytes });
        await run.run(files.map((file) => ({ name: file.name, chunks: fileBytes(file, onBytes) })));
      } catch (error) {
        throw error instanceof CallFailed ? error : unreadable(error);
      } finally {
        stop.current = undefined;
        show({ isOver: true, tally: run.tally });
      }
    });
  const isDraggedOver = useDropped((files) => void play(files));
  // Who leaves the page ends what it sends.
  useEffect(() => () => stop.current?.(), []);
  const isRunning = replay !== undefined && !replay.isOver;

  return (
    <section class={`card replay ${isDraggedOver ? 'dragged-over' : ''}`} aria-labelledby={`${ids}-heading`}>
      <h2 id={`${ids}-heading`}>Replay a recording</h2>
      <p>
        Drop it anywhere on this page, or <label for={`${ids}-file`}>choose a file</label>: events or recorded deliveries,
        as lines of JSON or a JSON array, plain or gzip.
      </p>
      <input
        id={`${ids}-file`}
        type="file"
        multiple
        disabled={isRunning}
        onChange={(event) => {
          const input = event.currentTarget;
          const files = [...(input.files ?? [])];
          // The same file may be chosen again.
          input.value = '';
          void play(files);
        }}
      />
      <div class="choices">
        <label class="choice">
          <input
            type="checkbox"
            checked={isPaced}
            disabled={isRunning}
            onChange={(event) => setPaced(event.currentTarget.checked)}
          />{' '}
          At the recorded pace, on the mock’s clock
        </label>
        <label class="choice">
          <input
            type="checkbox"
            checked={keepIds}
            disabled={isRunning}
            onChange={(event) => setKeepIds(event.currentTarget.checked)}
          />{' '}
          Keep the recorded ids
        </label>
      </div>
      <Problems of={problems} />
      {replay && <ReplayProgress replay={replay} onStop={() => stop.current?.()} />}
    </section>
  );
}

const unreadable = (error: unknown): CallFailed =>
  new CallFailed(0, [
    {
      message: `the file cannot be read to its end: ${error instanceof Error ? error.message : String(error)}`,
      hint: 'was it changed meanwhile, or cut off?',
    },
  ]);

/** Takes files that are dropped anywhere on the page, and answers whether some are held over it. */
function useDropped(onFiles: (files: readonly File[]) => void): boolean {
  const [isOver, setOver] = useState(false);
  const take = useRef(onFiles);
  take.current = onFiles;
  useEffect(() => {
    const listeners = new AbortController();
    const on = <Name extends 'dragover' | 'dragleave' | 'drop'>(name: Name, listen: (event: DragEvent) => void): void =>
      document.addEventListener(name, listen, { signal: listeners.signal });
    on('dragover', (event) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      setOver(true);
    });
    on('dragleave', (event) => {
      // It left the page, and not only what it was over.
      if (event.relatedTarget === null) setOver(false);
    });
    on('drop', (event) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      setOver(false);
      take.current([...event.dataTransfer.files]);
    });
    return () => listeners.abort();
  }, []);
  return isOver;
}
