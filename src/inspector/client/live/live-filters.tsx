import { shortId, shortType } from '../../../narration/text.ts';
import { outcomeKinds } from '../parts/outcome-kind.ts';
import { changeQuery } from '../route.ts';
import { liveRows } from './live-feed.ts';
import { isEmpty, type LiveFilter } from './live-filter.ts';

export const filterFieldId = 'live-filter-text';

/** What is looked for; it stands in the address, so that it can be kept and passed on. */
export function LiveFilters({ filter }: { filter: LiveFilter }) {
  const { types, subscriptions } = liveRows.seen;
  return (
    <search class="filters">
      <Choice label="Type" name="type" value={filter.type} values={types} textOf={shortType} />
      <Choice
        label="Subscription"
        name="subscription"
        value={filter.subscription}
        values={subscriptions}
        textOf={shortId}
      />
      <Choice label="Outcome" name="outcome" value={filter.outcome} values={outcomeKinds} />
      <label class="text">
        <span class="visually-hidden">Text</span>
        <input
          id={filterFieldId}
          type="search"
          placeholder="Filter by text  /"
          value={filter.text}
          onInput={({ currentTarget }) => changeQuery({ text: currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key === 'Escape') event.currentTarget.blur();
          }}
        />
      </label>
      {!isEmpty(filter) && (
        <button
          type="button"
          class="quiet"
          onClick={() => changeQuery({ type: '', subscription: '', outcome: '', text: '' })}
        >
          Clear
        </button>
      )}
    </search>
  );
}

interface ChoiceProps {
  label: string;
  name: string;
  value: string;
  values: Iterable<string>;
  textOf?: (value: string) => string;
}

function Choice({ label, name, value, values, textOf = (text) => text }: ChoiceProps) {
  // What the address asks for may not have been seen yet.
  const offered = [...new Set([...values, ...(value === '' ? [] : [value])])];
  return (
    <label>
      <span class="visually-hidden">{label}</span>
      <select
        value={value}
        title={value}
        onChange={({ currentTarget }) => changeQuery({ [name]: currentTarget.value })}
      >
        <option value="">{`${label}: any`}</option>
        {offered.map((each) => (
          <option key={each} value={each}>
            {textOf(each)}
          </option>
        ))}
      </select>
    </label>
  );
}
