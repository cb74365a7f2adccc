import { useId, useState } from 'preact/hooks';
import { ReplayProgress } from './replay-progress.tsx';
import { playFiles, replay } from './replay-session.ts';
import { useDroppedFiles } from './use-dropped-files.ts';

/** A recording that is dropped on the page, or chosen, is published. */
export function ReplayPanel() {
  const [isPaced, setPaced] = useState(false);
  const [keepIds, setKeepIds] = useState(false);
  const ids = useId();
  const play = (files: readonly File[]): void => void playFiles(files, { isPaced, keepIds });
  const isDraggedOver = useDroppedFiles(play);
  const isRunning = replay.value?.isOver === false;

  return (
    <section class={`card replay ${isDraggedOver ? 'dragged-over' : ''}`} aria-labelledby={`${ids}-heading`}>
      <h2 id={`${ids}-heading`}>Replay a recording</h2>
      <p>
        Drop it anywhere on this page, or <label for={`${ids}-file`}>choose a file</label>: events or recorded
        deliveries, as lines of JSON or a JSON array, plain or gzip.
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
          play(files);
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
      {replay.value && <ReplayProgress replay={replay.value} />}
    </section>
  );
}
