/** Fault rules as people write them, and back from the form in which the mock shows them. */
import type { FaultKind } from '../../../core/fault.ts';
import type { FaultsBody } from '../../../http/control-api.ts';
import { shellWord } from '../../../narration/shell-word.ts';

export type FaultRuleView = FaultsBody['items'][number]['rule'];

/** What a kind needs beside its name. `optional` is filled in by the mock when it is left out. */
interface KindValue {
  label: string;
  example: string;
  optional?: boolean;
}

interface KindEntry {
  label: string;
  value?: KindValue;
  /** The handler may get the request all the same. */
  canReach?: boolean;
  /** It is about single attempts of events of some type. */
  hasEvents: boolean;
}

/** The kinds that can be about one subscription, in the order of the form. */
const faultForms = {
  status: {
    label: 'Answer a status',
    value: { label: 'Status', example: '503' },
    canReach: true,
    hasEvents: true,
  },
  timeout: { label: 'No answer in time', canReach: true, hasEvents: true },
  reset: { label: 'Reset the connection', canReach: true, hasEvents: true },
  delay: { label: 'Start late', value: { label: 'By', example: '2s' }, hasEvents: true },
  duplicate: {
    label: 'Deliver twice',
    value: { label: 'After', example: '2s', optional: true },
    hasEvents: true,
  },
  reorder: { label: 'Let later ones pass', value: { label: 'How many', example: '3' }, hasEvents: true },
  corruptSignature: { label: 'Wrong signature', hasEvents: true },
  missingSignature: { label: 'No signature', hasEvents: true },
  staleSecret: { label: 'Old secret', hasEvents: true },
  oversizedBody: { label: 'Large body', value: { label: 'Bytes', example: '2000000' }, hasEvents: true },
  activationDelay: {
    label: 'Activate late',
    value: { label: 'By', example: '1m' },
    hasEvents: false,
  },
} satisfies { [Kind in FaultKind]?: KindEntry };

export type FormKind = keyof typeof faultForms;
export const formKinds = Object.keys(faultForms) as FormKind[];
export const faultForm = (kind: FormKind): KindEntry => faultForms[kind];

export type Frequency = 'always' | 'first' | 'every' | 'probability';
export const frequencyExamples: Record<Exclude<Frequency, 'always'>, string> = {
  first: '2',
  every: '10',
  probability: '0.05',
};

/** What the form holds: texts, as they were typed. */
export interface FaultDraft {
  kind: FormKind;
  value: string;
  reached: boolean;
  frequency: Frequency;
  amount: string;
  /** Event types, short names or wildcards, separated by commas; empty for all. */
  events: string;
  /** Only of this subscription. */
  subscription: string | undefined;
}

/** The rule in the words of the command line. An empty field shows its example, or is left out where it may be. */
export function faultWords(draft: FaultDraft): string {
  const { kind, frequency } = draft;
  const { value, canReach, hasEvents } = faultForm(kind);
  const given = spaceless(draft.value) || (value && !value.optional ? value.example : '');
  return [
    value && given !== '' ? `${kind}=${given}` : kind,
    canReach && draft.reached ? 'reached' : '',
    frequency === 'always' ? '' : `${frequency}=${spaceless(draft.amount) || frequencyExamples[frequency]}`,
    hasEvents && spaceless(draft.events) !== '' ? `type=${spaceless(draft.events)}` : '',
    draft.subscription === undefined ? '' : `subscription=${draft.subscription}`,
  ]
    .filter((word) => word !== '')
    .join(' ');
}

/** Words are separated by spaces, so that none can be within one. */
const spaceless = (text: string): string => text.replace(/\s+/g, '');

export const faultCommand = (words: string, server: string): string =>
  `aep-mock ctl fault add ${shellWord(words)} --server ${server}`;

/** A rule in force as one that can be put into force again. */
export function faultInput({ name, match, inject, ...frequency }: FaultRuleView): Record<string, unknown> {
  const { kind, status, reached, delayMs, bytes, places } = inject;
  const { events, ...rest } = match;
  return {
    name,
    [kind]: status ?? delayMs ?? bytes ?? places ?? true,
    ...(reached === true && { reached }),
    ...(events && { type: events }),
    ...rest,
    ...frequency,
  };
}

/** Whether a rule may touch a subscription; those of the management API touch none. */
export const concerns = ({ match, inject }: FaultRuleView, subscription: string): boolean =>
  inject.kind !== 'apiStatus' &&
  inject.kind !== 'apiDelay' &&
  (match.subscription === undefined || match.subscription === subscription);
