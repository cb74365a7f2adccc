import { useId, useState } from 'preact/hooks';
import type { ClockBody, ClockMoved } from '../../../http/control-api.ts';
import { post } from '../control-client.ts';
import { Problems, useProblems } from '../problems.tsx';
import { movedWords } from './moved-words.ts';

interface ClockControlsProps {
  kind: ClockBody['kind'];
  onMoved: () => void;
}

/** So many of the latest moves are told. */
const toldMoves = 8;

/** Moves a clock that is moved by hand, and tells what each move brought. */
export function ClockControls({ kind, onMoved }: ClockControlsProps) {
  const [by, setBy] = useState('');
  const [isMoving, setMoving] = useState(false);
  const [moves, setMoves] = useState<readonly { id: number; text: string }[]>([]);
  const { problems, attempt } = useProblems();
  const field = useId();
  if (kind !== 'virtual') return <NotMovable kind={kind} />;
  const move = async (path: string, body?: unknown): Promise<void> => {
    // A move waits for the handlers that it calls; a second one meanwhile would only queue up behind it.
    if (isMoving) return;
    setMoving(true);
    await attempt(async () => {
      const moved = await post<ClockMoved>(`/_mock/clock/${path}`, body);
      setMoves((before) => [{ id: (before[0]?.id ?? 0) + 1, text: movedWords(moved) }, ...before].slice(0, toldMoves));
      onMoved();
    });
    setMoving(false);
  };
  return (
    <section class="card" aria-label="Move the clock">
      <div class="actions">
        <button type="button" class="primary" aria-disabled={isMoving} onClick={() => move('next')}>
          Next timer
        </button>
        <button type="button" aria-disabled={isMoving} onClick={() => move('advance', { by: '5m' })}>
          +5m
        </button>
        <button type="button" aria-disabled={isMoving} onClick={() => move('advance', { by: '1h' })}>
          +1h
        </button>
        <button type="button" aria-disabled={isMoving} onClick={() => move('run-until-idle')}>
          Run until idle
        </button>
        <form
          class="actions"
          onSubmit={(event) => {
            event.preventDefault();
            void move('advance', { by });
          }}
        >
          <label for={field}>Advance by</label>
          <input
            id={field}
            class="duration"
            value={by}
            placeholder="1h30m"
            required
            onInput={(event) => setBy(event.currentTarget.value)}
          />
          <button type="submit" aria-disabled={isMoving}>
            Advance
          </button>
        </form>
      </div>
      <Problems of={problems} />
      <ol class="moves" aria-label="The latest moves" aria-live="polite">
        {isMoving && <li class="muted">Moving; the handlers are being called…</li>}
        {moves.length === 0 && !isMoving && <li class="muted">Every move says here what it brought.</li>}
        {moves.map(({ id, text }) => (
          <li key={id}>{text}</li>
        ))}
      </ol>
    </section>
  );
}

function NotMovable({ kind }: Pick<ClockControlsProps, 'kind'>) {
  return (
    <p class="card muted">
      {kind === 'own' ? (
        'The program that started the mock brought its own clock, and it alone moves it.'
      ) : (
        <>
          This clock runs by itself, so that it cannot be moved. To go to a retry in twenty minutes at once, start the
          mock with <code>aep-mock start --clock virtual</code>.
        </>
      )}
    </p>
  );
}
