import { useId, useState } from 'preact/hooks';
import type { EventTypeItem } from './type-groups.ts';
import { typeGroups } from './type-groups.ts';

interface TypeChooserProps {
  types: readonly EventTypeItem[];
  chosen: string | undefined;
  onChoose: (type: string) => void;
}

/** The event types, grouped by what they are about, with a field to search them. */
export function TypeChooser({ types, chosen, onChoose }: TypeChooserProps) {
  const [search, setSearch] = useState('');
  const ids = useId();
  const groups = typeGroups(types, search);
  const [first] = groups[0]?.types ?? [];
  return (
    <div class="type-chooser">
      <label for={`${ids}-search`}>Event type</label>
      <input
        id={`${ids}-search`}
        type="search"
        value={search}
        placeholder="search: delta, asset…"
        onInput={(event) => setSearch(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && first) onChoose(first.type);
        }}
      />
      <select
        size={12}
        aria-label="Event types"
        value={chosen ?? ''}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {groups.map(({ family, types: within }) => (
          <optgroup key={family} label={family}>
            {within.map(({ type, short_name: name }) => (
              <option key={type} value={type}>
                {name}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
      <p class="muted" role="status">
        {groups.length === 0 && 'No event type has this in its name.'}
      </p>
    </div>
  );
}
