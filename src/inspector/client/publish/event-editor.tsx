import { useId, useRef } from 'preact/hooks';
import type { DraftProblems } from './event-problems.ts';

interface EventEditorProps {
  text: string;
  problems: DraftProblems;
  onInput: (text: string) => void;
}

/** An event as JSON, with what is wrong with it beside it. */
export function EventEditor({ text, problems, onInput }: EventEditorProps) {
  const ids = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const goTo = (offset: number): void => {
    area.current?.focus();
    area.current?.setSelectionRange(offset, Math.min(offset + 1, text.length));
  };
  return (
    <div class="event-editor">
      <div class="field">
        <label for={`${ids}-event`}>Event</label>
        <textarea
          id={`${ids}-event`}
          ref={area}
          class="mono"
          rows={22}
          spellcheck={false}
          autocomplete="off"
          value={text}
          aria-describedby={`${ids}-problems`}
          aria-invalid={problems.kind === 'syntax' || (problems.kind === 'schema' && problems.problems.length > 0)}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      </div>
      <div id={`${ids}-problems`} class="event-problems" role="status">
        <ProblemList problems={problems} goTo={goTo} />
      </div>
    </div>
  );
}

function ProblemList({ problems, goTo }: { problems: DraftProblems; goTo: (offset: number) => void }) {
  switch (problems.kind) {
    case 'syntax': {
      const { message, line, column, offset } = problems.problem;
      return (
        <p>
          <strong class="bad">Not JSON:</strong> {message}{' '}
          <button type="button" class="quiet link" onClick={() => goTo(offset)}>
            line {line}, column {column}
          </button>
        </p>
      );
    }
    case 'checking':
      return <p class="muted">Checking…</p>;
    case 'unchecked':
      return <p class="warn">Not checked: {problems.reason}</p>;
    case 'schema':
      if (problems.problems.length === 0) return <p class="good">✓ It fits the schema of its type.</p>;
      return (
        <>
          <p class="warn">! It does not fit the schema of its type:</p>
          <ul>
            {problems.problems.map(({ field, message }) => (
              <li key={`${field} ${message}`}>
                <code>{field === '' ? 'the event' : field}</code> {message}
              </li>
            ))}
          </ul>
        </>
      );
  }
}
