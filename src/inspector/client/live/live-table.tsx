import { useLayoutEffect, useRef } from 'preact/hooks';
import { useKeys } from '../keyboard.ts';
import { mockFacts } from '../mock-facts.ts';
import { isNarrow } from '../parts/is-narrow.ts';
import { heldAt, hold, selectedKey } from './held-view.ts';
import type { LiveRow } from './live-row.ts';
import { columnNames, columns, LiveRowView } from './live-row-view.tsx';
import { useRowWindow } from './row-window.ts';

const headHeight = 32;
/** As the style sheet has it. */
const rowHeights = { wide: 34, narrow: 60 };

/** Thousands of rows, of which only those in sight are drawn. A row that has the focus stays where it is. */
export function LiveTable({ rows }: { rows: readonly LiveRow[] }) {
  const rowHeight = isNarrow.value ? rowHeights.narrow : rowHeights.wide;
  const { scroller, first, end, look, reveal } = useRowWindow(rows.length, rowHeight, isNarrow.value ? 0 : headHeight);
  const selected = selectedKey.value;
  const selectedIndex = selected === undefined ? -1 : rows.findIndex(({ key }) => key === selected);
  const isToBeFocused = useRef(selected !== undefined);

  const select = (wanted: number): void => {
    const index = Math.min(rows.length - 1, Math.max(0, wanted));
    hold();
    selectedKey.value = rows[index]?.key;
    isToBeFocused.current = true;
    reveal(index);
  };
  useKeys({ j: () => select(selectedIndex + 1), k: () => select(selectedIndex - 1) });
  useLayoutEffect(() => {
    if (selectedIndex >= 0) reveal(selectedIndex);
  }, []);
  useLayoutEffect(() => {
    if (!isToBeFocused.current) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[data-key="${selectedKey.value}"]`);
    row?.focus({ preventScroll: true });
    isToBeFocused.current = row === null;
  });
  useLayoutEffect(() => {
    if (heldAt.value === undefined && scroller.current) scroller.current.scrollTop = 0;
  }, [heldAt.value]);

  const drawn = rows.slice(first, end).map((row, i) => ({ row, index: first + i }));
  const chosen = rows[selectedIndex];
  // It keeps the focus though it is out of sight.
  if (chosen && (selectedIndex < first || selectedIndex >= end)) drawn.push({ row: chosen, index: selectedIndex });
  return (
    // biome-ignore lint/a11y/useSemanticElements: only the rows in sight are drawn, each at a place of its own
    <div
      role="grid"
      class="live-table"
      aria-label="Deliveries, newest first"
      aria-rowcount={rows.length + 1}
      aria-colcount={columnNames.length}
      ref={scroller}
      onScroll={() => {
        look();
        const isAtTop = (scroller.current?.scrollTop ?? 0) === 0;
        if (!isAtTop) hold();
      }}
    >
      <Head />
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <div role="rowgroup" class="live-rows" style={{ height: `${rows.length * rowHeight}px` }}>
        {drawn.map(({ row, index }) => (
          <LiveRowView
            key={row.key}
            row={row}
            facts={mockFacts.value}
            index={index}
            top={index * rowHeight}
            isSelected={row.key === selected}
            isStop={selectedIndex < 0 ? index === first : row.key === selected}
            onFocus={() => {
              hold();
              selectedKey.value = row.key;
            }}
          />
        ))}
      </div>
    </div>
  );
}

const Head = () => (
  // biome-ignore lint/a11y/useSemanticElements: see the table
  <div role="rowgroup" class="live-head">
    {/* biome-ignore lint/a11y/useSemanticElements: see the table */}
    {/* biome-ignore lint/a11y/useFocusableInteractive: nothing can be done with a heading */}
    <div role="row" class="live-row" aria-rowindex={1}>
      {columnNames.map((name, i) => (
        // biome-ignore lint/a11y/useSemanticElements: see the table
        // biome-ignore lint/a11y/useFocusableInteractive: nothing can be done with a heading
        <div role="columnheader" class={`cell ${name}`} key={name} aria-colindex={i + 1}>
          {columns[name]}
        </div>
      ))}
    </div>
  </div>
);
