import { useMemo, useState } from 'preact/hooks';
import { CopyButton } from './copy-button.tsx';
import { type JsonPiece, layOutJson } from './json-text.ts';

/** Longer texts are shown as one piece: ten thousand coloured ones would make the page slow. */
const longestColoured = 100_000;

/** A body: laid out to be read, or exactly as it is. What is no JSON is only shown as it is. */
export function BodyView({ text, what }: { text: string; what: string }) {
  const pieces = useMemo(() => layOutJson(text), [text]);
  const [isRaw, setRaw] = useState(false);
  if (text === '') return <p class="muted">Nothing.</p>;
  return (
    <div class="body-view">
      <div class="actions">
        {pieces && (
          <fieldset class="toggle" aria-label={`How the ${what} is shown`}>
            <button type="button" aria-pressed={!isRaw} onClick={() => setRaw(false)}>
              Pretty
            </button>
            <button type="button" aria-pressed={isRaw} onClick={() => setRaw(true)}>
              Raw
            </button>
          </fieldset>
        )}
        <CopyButton text={() => text} what={`The ${what}`} />
      </div>
      {/* What scrolls has to be reachable by keyboard. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: see above */}
      <section class="scroll" tabIndex={0} aria-label={`The ${what}`}>
        <pre class={isRaw ? 'raw' : 'pretty'}>
          {pieces && !isRaw ? <Pretty pieces={pieces} isColoured={text.length <= longestColoured} /> : text}
        </pre>
      </section>
    </div>
  );
}

/** A value that the page has itself, laid out. */
export function JsonView({ value }: { value: unknown }) {
  const pieces = useMemo(() => layOutJson(JSON.stringify(value)), [value]);
  return <pre class="pretty">{pieces && <Pretty pieces={pieces} isColoured />}</pre>;
}

function Pretty({ pieces, isColoured }: { pieces: readonly JsonPiece[]; isColoured: boolean }) {
  if (!isColoured) return <>{pieces.map(({ text }) => text).join('')}</>;
  return (
    <>
      {pieces.map(({ kind, text }, i) =>
        kind === 'mark' ? (
          text
        ) : (
          <span key={i} class={`json-${kind}`}>
            {text}
          </span>
        ),
      )}
    </>
  );
}
