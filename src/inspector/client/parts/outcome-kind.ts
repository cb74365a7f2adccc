/** What became of an attempt, in the few words by which one looks for it. */
import type { AttemptFacts } from './attempt-words.ts';

export const outcomeKinds = ['pending', 'delivered', 'failed', 'timeout', 'late', 'held', 'lost', 'notice'] as const;
export type OutcomeKind = (typeof outcomeKinds)[number];

/** How good that is; a sign stands beside each colour. */
type Tone = 'good' | 'warn' | 'bad' | 'muted';

export const outcomeSigns: Record<OutcomeKind, { sign: string; tone: Tone }> = {
  pending: { sign: '…', tone: 'muted' },
  delivered: { sign: '✓', tone: 'good' },
  failed: { sign: '✕', tone: 'bad' },
  timeout: { sign: '◷', tone: 'bad' },
  late: { sign: '◷', tone: 'bad' },
  held: { sign: '‖', tone: 'warn' },
  lost: { sign: '∅', tone: 'bad' },
  notice: { sign: '•', tone: 'muted' },
};

export function outcomeKindOf({ result, late }: AttemptFacts): OutcomeKind {
  if (late) return 'late';
  if (!result) return 'pending';
  const { outcome, verdict } = result;
  if (outcome.kind === 'held') return 'held';
  if (outcome.kind === 'timeout') return 'timeout';
  return verdict.do === 'deliver' ? 'delivered' : 'failed';
}
