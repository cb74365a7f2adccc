import { useId, useState } from 'preact/hooks';
import { shortType } from '../../../narration/text.ts';
import { post } from '../control-client.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { Problems, useProblems } from '../problems.tsx';
import {
  type FaultDraft,
  type FormKind,
  type Frequency,
  faultCommand,
  faultForm,
  faultWords,
  formKinds,
  frequencyExamples,
} from './fault-words.ts';

interface FaultFormProps {
  subscription: string;
  /** The types that the subscription takes, to be chosen from. */
  events: readonly string[];
  onAdded: () => void;
}

const frequencies: Record<Frequency, string> = {
  always: 'Always',
  first: 'The first',
  every: 'Every so manieth',
  probability: 'With probability',
};

/** A fault rule by choosing, with its words beside it: what one learns here works on the command line. */
export function FaultForm({ subscription, events, onAdded }: FaultFormProps) {
  const fresh: FaultDraft = {
    kind: 'status',
    value: '',
    reached: false,
    frequency: 'always',
    amount: '',
    events: '',
    subscription,
  };
  const [draft, setDraft] = useState(fresh);
  const { problems, attempt } = useProblems();
  const ids = useId();
  const change = (changes: Partial<FaultDraft>): void => setDraft({ ...draft, ...changes });
  const form = faultForm(draft.kind);
  const words = faultWords(draft);
  const add = (): Promise<void> =>
    attempt(async () => {
      await post('/_mock/faults', words);
      setDraft({ ...fresh, kind: draft.kind });
      onAdded();
    });
  return (
    <form
      class="fault-form"
      aria-label="Add a fault"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <div class="fields">
        <div class="field">
          <label for={`${ids}-kind`}>What happens</label>
          <select
            id={`${ids}-kind`}
            value={draft.kind}
            onChange={(event) => change({ kind: event.currentTarget.value as FormKind, value: '' })}
          >
            {formKinds.map((kind) => (
              <option key={kind} value={kind}>
                {faultForm(kind).label}
              </option>
            ))}
          </select>
        </div>
        {form.value && (
          <div class="field short">
            <label for={`${ids}-value`}>{form.value.label}</label>
            <input
              id={`${ids}-value`}
              value={draft.value}
              placeholder={form.value.example}
              onInput={(event) => change({ value: event.currentTarget.value })}
            />
          </div>
        )}
        <div class="field">
          <label for={`${ids}-frequency`}>How often</label>
          <select
            id={`${ids}-frequency`}
            value={draft.frequency}
            onChange={(event) => change({ frequency: event.currentTarget.value as Frequency, amount: '' })}
          >
            {Object.entries(frequencies).map(([frequency, text]) => (
              <option key={frequency} value={frequency}>
                {text}
              </option>
            ))}
          </select>
        </div>
        {draft.frequency !== 'always' && (
          <div class="field short">
            <label for={`${ids}-amount`}>{draft.frequency === 'probability' ? 'From 0 to 1' : 'How many'}</label>
            <input
              id={`${ids}-amount`}
              inputMode="decimal"
              value={draft.amount}
              placeholder={frequencyExamples[draft.frequency]}
              onInput={(event) => change({ amount: event.currentTarget.value })}
            />
          </div>
        )}
        {form.hasEvents && (
          <div class="field">
            <label for={`${ids}-events`}>Event types</label>
            <input
              id={`${ids}-events`}
              list={`${ids}-types`}
              value={draft.events}
              placeholder="all, or product.*"
              onInput={(event) => change({ events: event.currentTarget.value })}
            />
            <datalist id={`${ids}-types`}>
              {events.map((type) => (
                <option key={type} value={shortType(type)} />
              ))}
            </datalist>
          </div>
        )}
      </div>
      <div class="choices">
        {form.canReach && (
          <label class="choice">
            <input
              type="checkbox"
              checked={draft.reached}
              onChange={(event) => change({ reached: event.currentTarget.checked })}
            />{' '}
            The handler gets the request, only its answer is lost
          </label>
        )}
        <label class="choice">
          <input
            type="checkbox"
            checked={draft.subscription !== undefined}
            onChange={(event) => change({ subscription: event.currentTarget.checked ? subscription : undefined })}
          />{' '}
          Only this subscription
        </label>
      </div>
      <div class="command">
        <code>{words}</code>
        <CopyButton text={() => faultCommand(words, location.origin)} what="The command">
          Copy as command
        </CopyButton>
      </div>
      <Problems of={problems} />
      <button type="submit" class="primary">
        Add the fault
      </button>
    </form>
  );
}
