/** Whether the table goes on with what happens, or stays as it is because somebody looks at it closely. */
import { effect, signal } from '@preact/signals';
import { liveRows, rowsVersion } from './live-feed.ts';

/** The key of the latest row that is shown; undefined while the table goes on. */
export const heldAt = signal<number | undefined>(undefined);
/** The key of the row that the keys are about. */
export const selectedKey = signal<number | undefined>(undefined);

export const hold = (): void => {
  heldAt.value ??= liveRows.lastKey;
};

export const goOn = (): void => {
  heldAt.value = undefined;
  selectedKey.value = undefined;
};

// When none of the rows that it showed is left, it would stay empty.
effect(() => {
  if (rowsVersion.value === 0) return;
  const held = heldAt.peek();
  const [first] = liveRows.rows;
  if (held !== undefined && first && first.key > held) goOn();
});
