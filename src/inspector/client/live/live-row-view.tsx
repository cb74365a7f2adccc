import type { ComponentChildren } from 'preact';
import { shortId, shortType } from '../../../narration/text.ts';
import type { MockFacts } from '../mock-facts.ts';
import { answerMs, outcomeWords, rowWords, verdictWords } from '../parts/attempt-words.ts';
import { DeadlineBar } from '../parts/deadline-bar.tsx';
import { OutcomeMark } from '../parts/outcome-mark.tsx';
import { TimeText } from '../parts/time-text.tsx';
import { linkTo } from '../route.ts';
import { kindOfRow } from './live-filter.ts';
import type { AttemptRow, LiveRow } from './live-row.ts';

/** The columns in their order: how the style sheet names them, and what stands above them. */
export const columns = {
  at: 'Time',
  event: 'Event',
  subscription: 'Subscription',
  destination: 'Destination',
  number: 'Try',
  what: 'Outcome',
  answer: 'Answer time',
  verdict: 'What the platform does',
} as const;
type Column = keyof typeof columns;
export const columnNames = Object.keys(columns) as Column[];

/** Where a row leads; a notice that is about no subscription leads nowhere. */
function linkOfRow(row: LiveRow): string | undefined {
  switch (row.kind) {
    case 'attempt':
    case 'untried':
      return linkTo.delivery(row.deliveryId);
    case 'untaken':
      return linkTo.event(row.eventId);
    case 'notice':
      return row.subscriptionId === undefined ? undefined : linkTo.subscription(row.subscriptionId);
  }
}

interface LiveRowProps {
  row: LiveRow;
  /** Handed down: a row changes in place, and what reads a signal itself is drawn anew only when a property is another. */
  facts: MockFacts | undefined;
  index: number;
  top: number;
  isSelected: boolean;
  /** The one row that Tab comes to. */
  isStop: boolean;
  onFocus: () => void;
}

/**
 * A row. It and what it consists of read no signal: what does is drawn anew only for that signal and for other properties, and a row
 * stays the same object when its outcome comes.
 */
export function LiveRowView({ row, facts, index, top, isSelected, isStop, onFocus }: LiveRowProps) {
  const link = linkOfRow(row);
  return (
    // biome-ignore lint/a11y/useSemanticElements: only the rows in sight are drawn, each at a place of its own
    <div
      role="row"
      class={`live-row ${row.kind === 'notice' ? 'happening' : ''}`}
      style={{ transform: `translateY(${top}px)` }}
      data-key={row.key}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      tabIndex={isStop ? 0 : -1}
      onFocus={onFocus}
      onClick={() => {
        if (link !== undefined && String(getSelection()) === '') location.hash = link;
      }}
      onKeyDown={({ key, target, currentTarget }) => {
        if (key === 'Enter' && target === currentTarget && link !== undefined) location.hash = link;
      }}
    >
      <Cell column="at">
        <TimeText at={row.at} />
      </Cell>
      {row.kind === 'attempt' ? <AttemptCells row={row} facts={facts} /> : <OtherCells row={row} />}
    </div>
  );
}

function AttemptCells({ row, facts }: { row: AttemptRow; facts: MockFacts | undefined }) {
  const { ackDeadlineMs, isTimeless = false } = facts ?? {};
  const [said, inFull] =
    row.ended !== undefined || ackDeadlineMs === undefined
      ? [row.ended, row.ended]
      : [rowWords(row, ackDeadlineMs), verdictWords(row, ackDeadlineMs)];
  return (
    <>
      <EventCell eventType={row.eventType} link={linkTo.delivery(row.deliveryId)} />
      <SubscriptionCell id={row.subscriptionId} />
      <Cell column="destination" title={row.destination}>
        <Destination name={row.destination} />
      </Cell>
      <Cell column="number">{row.attempt}</Cell>
      <Cell column="what">
        <OutcomeMark kind={kindOfRow(row)} text={outcomeWords(row)} />
      </Cell>
      <Cell column="answer">
        {row.result && <DeadlineBar ms={answerMs(row, isTimeless) ?? row.measuredMs} deadlineMs={ackDeadlineMs} />}
      </Cell>
      <Cell column="verdict" title={inFull}>
        {said}
      </Cell>
    </>
  );
}

function OtherCells({ row }: { row: Exclude<LiveRow, AttemptRow> }) {
  if (row.kind === 'notice')
    return (
      <Cell column="event" isToEnd title={row.text}>
        <span class={row.tone}>{row.text}</span>
      </Cell>
    );
  return (
    <>
      <EventCell
        eventType={row.eventType}
        link={row.kind === 'untaken' ? linkTo.event(row.eventId) : linkTo.delivery(row.deliveryId)}
      />
      {row.kind === 'untried' ? <SubscriptionCell id={row.subscriptionId} /> : <Cell column="subscription" />}
      <Cell column="destination" />
      <Cell column="number" />
      <Cell column="what">
        <OutcomeMark kind="lost" text={row.kind === 'untaken' ? 'not taken' : 'lost'} />
      </Cell>
      <Cell column="answer" />
      <Cell column="verdict" title={row.because}>
        {row.because}
      </Cell>
    </>
  );
}

function EventCell({ eventType, link }: { eventType: string; link: string }) {
  return (
    <Cell column="event" title={eventType}>
      <a href={link} tabIndex={-1}>
        {shortType(eventType)}
      </a>
    </Cell>
  );
}

const SubscriptionCell = ({ id }: { id: string }) => (
  <Cell column="subscription" title={id}>
    {shortId(id)}
  </Cell>
);

/** Nearly all begin alike. The scheme is only read out; where the column is too narrow, the host is cut and not the path. */
function Destination({ name }: { name: string }) {
  const [, scheme = '', host = '', path = ''] = /^(https?:\/\/)?([^/]*)(.*)$/.exec(name) ?? [];
  return (
    <>
      <span class="visually-hidden">{scheme}</span>
      <span class="host">{host}</span>
      <span class="path">{path}</span>
    </>
  );
}

interface CellProps {
  column: Column;
  title?: string | undefined;
  /** It takes the columns behind it too. */
  isToEnd?: boolean;
  children?: ComponentChildren;
}

function Cell({ column, title, isToEnd = false, children }: CellProps) {
  const at = columnNames.indexOf(column);
  return (
    // biome-ignore lint/a11y/useSemanticElements: see the row
    // biome-ignore lint/a11y/useFocusableInteractive: the row has the focus
    <div
      role="gridcell"
      class={`cell ${isToEnd ? 'words' : column}`}
      aria-colindex={at + 1}
      aria-colspan={isToEnd ? columnNames.length - at : undefined}
      title={title}
    >
      {children}
    </div>
  );
}
