/** Which rows of the live page are looked at. */
import { shortType } from '../../../narration/text.ts';
import { outcomeWords } from '../parts/attempt-words.ts';
import { type OutcomeKind, outcomeKindOf } from '../parts/outcome-kind.ts';
import type { LiveRow } from './live-row.ts';

/** Empty texts let everything through. */
export interface LiveFilter {
  /** The full name of an event type. */
  type: string;
  /** The id of a subscription. */
  subscription: string;
  outcome: string;
  /** Anywhere in what a row shows and names, in any case. */
  text: string;
}

export const filterOf = (query: URLSearchParams): LiveFilter => ({
  type: query.get('type') ?? '',
  subscription: query.get('subscription') ?? '',
  outcome: query.get('outcome') ?? '',
  text: query.get('text') ?? '',
});

export const isEmpty = (filter: LiveFilter): boolean => Object.values(filter).every((value) => value === '');

export function rowTest(filter: LiveFilter): (row: LiveRow) => boolean {
  const { type, subscription, outcome } = filter;
  const text = filter.text.trim().toLowerCase();
  return (row) =>
    (type === '' || ('eventType' in row && row.eventType === type)) &&
    (subscription === '' || ('subscriptionId' in row && row.subscriptionId === subscription)) &&
    (outcome === '' || isOf(row, outcome)) &&
    (text === '' || searchText(row).includes(text));
}

/** What an attempt came to, and that its delivery is lost with it, are looked for alike. */
const isOf = (row: LiveRow, outcome: string): boolean =>
  kindOfRow(row) === outcome || (outcome === 'lost' && isLost(row));

export function kindOfRow(row: LiveRow): OutcomeKind {
  if (row.kind === 'attempt') return outcomeKindOf(row);
  return row.kind === 'notice' ? 'notice' : 'lost';
}

const endings = ['drop', 'discard', 'suspend', 'revoke'];
const isLost = (row: LiveRow): boolean =>
  row.kind === 'attempt' &&
  (row.ended !== undefined || (row.result !== undefined && endings.includes(row.result.verdict.do)));

/** The text of each row as it was last looked at: to put thousands together at every message would take too long. */
const searchTexts = new WeakMap<LiveRow, { text: string; revision: number }>();

function searchText(row: LiveRow): string {
  const { revision } = row;
  const known = searchTexts.get(row);
  if (known?.revision === revision) return known.text;
  const text = searchable(row);
  searchTexts.set(row, { text, revision });
  return text;
}

function searchable(row: LiveRow): string {
  switch (row.kind) {
    case 'attempt':
      return words(
        row.deliveryId,
        row.eventId,
        row.eventType,
        row.subscriptionId,
        row.destination,
        outcomeWords(row),
        row.fault?.rule,
        row.duplicateOf,
        row.ended,
      );
    case 'untried':
      return words(row.deliveryId, row.eventId, row.eventType, row.subscriptionId, row.because);
    case 'untaken':
      return words(row.eventId, shortType(row.eventType), row.because);
    case 'notice':
      return words(row.text, row.subscriptionId);
  }
}

const words = (...parts: (string | undefined)[]): string => parts.join(' ').toLowerCase();
