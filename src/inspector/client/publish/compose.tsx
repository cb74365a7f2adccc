import { useSignal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import type { DraftBody, EventTypesBody } from '../../../http/inspect-api.ts';
import { get, post } from '../control-client.ts';
import { Problems, useProblems } from '../problems.tsx';
import { EventEditor } from './event-editor.tsx';
import { useEventProblems } from './event-problems.ts';
import { type Published, publishMany } from './publish-many.ts';
import { PublishResult } from './publish-result.tsx';
import { TypeChooser } from './type-chooser.tsx';
import type { EventTypeItem } from './type-groups.ts';

/** More than anybody looks at. */
const mostEvents = 10_000;

/** An event of a chosen type, generated, to be edited and published. */
export function Compose() {
  const [types, setTypes] = useState<readonly EventTypeItem[]>([]);
  const [chosen, setChosen] = useState<string>();
  const [text, setText] = useState('');
  const [count, setCount] = useState(1);
  const [keepsId, setKeepsId] = useState(true);
  const [published, setPublished] = useState<Published>();
  const [isPublishing, setPublishing] = useState(false);
  const { problems: failures, attempt } = useProblems();
  const problems = useEventProblems(text);
  const seed = useSignal(0);

  const draft = (type: string): Promise<void> =>
    attempt(async () => {
      setChosen(type);
      const drawn = ++seed.value;
      const { event } = await post<DraftBody>('/_mock/events/draft', { type, seed: drawn });
      // Another one was asked for meanwhile.
      if (drawn !== seed.value) return;
      setText(JSON.stringify(event, undefined, 2));
    });
  const publish = async (): Promise<void> => {
    // A second one meanwhile would tell of itself alone.
    if (isPublishing) return;
    setPublishing(true);
    await attempt(() => publishMany(JSON.parse(text), count, count === 1 && keepsId, setPublished));
    setPublishing(false);
  };
  useEffect(() => {
    void attempt(async () => {
      const { items } = await get<EventTypesBody>('/_mock/event-types');
      setTypes(items);
      const first = items.find(({ short_name: name }) => name === 'product.updated') ?? items[0];
      if (first) await draft(first.type);
    });
  }, []);

  return (
    <section class="compose" aria-label="Compose an event">
      <TypeChooser types={types} chosen={chosen} onChoose={(type) => void draft(type)} />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void publish();
        }}
      >
        <EventEditor text={text} problems={problems} onInput={setText} />
        <div class="actions publish-actions">
          <button type="submit" class="primary" disabled={problems.kind === 'syntax'} aria-disabled={isPublishing}>
            Publish
          </button>
          <input
            class="count"
            aria-label="How many times"
            type="number"
            min={1}
            max={mostEvents}
            required
            value={count}
            onInput={(event) => setCount(event.currentTarget.valueAsNumber)}
          />
          <span aria-hidden="true">{count === 1 ? 'time' : 'times'}</span>
          <label class="choice" title="A handler that deduplicates takes each id once">
            <input
              type="checkbox"
              checked={keepsId && count === 1}
              disabled={count !== 1}
              onChange={(event) => setKeepsId(event.currentTarget.checked)}
            />{' '}
            keep its id
          </label>
          <button type="button" disabled={chosen === undefined} onClick={() => chosen && void draft(chosen)}>
            Another payload
          </button>
        </div>
        <Problems of={failures} />
        {published && <PublishResult published={published} />}
      </form>
    </section>
  );
}
