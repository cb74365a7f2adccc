import { useLayoutEffect } from 'preact/hooks';
import { count } from '../../../narration/text.ts';
import { resend } from '../delivery/resend.ts';
import { streamState } from '../journal-stream.ts';
import { useKeys } from '../keyboard.ts';
import { told } from '../notices.tsx';
import { Page } from '../page.tsx';
import { query } from '../route.ts';
import { EmptyLive } from './empty-live.tsx';
import { goOn, heldAt, hold, selectedKey } from './held-view.ts';
import { liveRows, rowsVersion } from './live-feed.ts';
import { filterOf, isEmpty, rowTest } from './live-filter.ts';
import { filterFieldId, LiveFilters } from './live-filters.tsx';
import type { LiveRow } from './live-row.ts';
import { LiveTable } from './live-table.tsx';

/** Every delivery as it happens, newest first. */
export function LivePage() {
  const filter = filterOf(query.value);
  const { rows, later } = rowsInSight(rowTest(filter), rowsVersion.value, heldAt.value);
  useKeys({ '/': () => document.getElementById(filterFieldId)?.focus(), r: resendSelected, Escape: goOn });
  // Coming back from a delivery the table is as it was; whoever comes from elsewhere wants to see what happens.
  useLayoutEffect(
    () => () => {
      if (!location.hash.startsWith('#/deliveries/') && !location.hash.startsWith('#/events/')) goOn();
    },
    [],
  );
  return (
    <Page title="Live" className="live" actions={<Going later={later} />}>
      <LiveFilters filter={filter} />
      {rows.length > 0 ? (
        <LiveTable rows={rows} />
      ) : (
        streamState.value.kind !== 'connecting' && (
          <EmptyLive isFiltered={!isEmpty(filter) && liveRows.rows.length > 0} />
        )
      )}
    </Page>
  );
}

/** The rows that the filter lets through, newest first; those that have come since the table was held are counted. */
function rowsInSight(
  isWanted: (row: LiveRow) => boolean,
  _version: number,
  held: number | undefined,
): { rows: LiveRow[]; later: number } {
  const rows: LiveRow[] = [];
  let later = 0;
  const all = liveRows.rows;
  for (let i = all.length - 1; i >= 0; i--) {
    const row = all[i];
    if (!row || !isWanted(row)) continue;
    if (held !== undefined && row.key > held) later++;
    else rows.push(row);
  }
  return { rows, later };
}

/** Holds the table and lets it go on. */
function Going({ later }: { later: number }) {
  if (heldAt.value === undefined)
    return (
      <button type="button" onClick={hold}>
        Pause
      </button>
    );
  return (
    <button type="button" class="primary" onClick={goOn}>
      {later > 0 ? `${count(later, 'new row')}: go on` : 'Paused: go on'}
    </button>
  );
}

function resendSelected(): void {
  const row = liveRows.rows.find(({ key }) => key === selectedKey.value);
  void told(async () => {
    if (row && 'deliveryId' in row) return resend(row.deliveryId, 'itself');
    return 'Nothing is resent: j and k select a delivery';
  });
}
