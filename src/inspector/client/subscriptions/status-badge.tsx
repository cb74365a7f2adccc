import { TimeText } from '../parts/time-text.tsx';
import { type SubscriptionState, stopWords } from './stop-words.ts';

const signs: Record<SubscriptionState['status'], { sign: string; tone: string }> = {
  active: { sign: '●', tone: 'good' },
  suspended: { sign: '■', tone: 'warn' },
  revoked: { sign: '×', tone: 'bad' },
  deleted: { sign: '×', tone: 'muted' },
};

export function StatusBadge({ status }: Pick<SubscriptionState, 'status'>) {
  const { sign, tone } = signs[status];
  return (
    <span class={`badge ${tone}`}>
      <span aria-hidden="true">{sign}</span> {status}
    </span>
  );
}

/** Who stopped it, why and when, and whether it can come back. */
export function StopNote({ subscription: { status, stopped } }: { subscription: SubscriptionState }) {
  if (!stopped) return null;
  return (
    <p class="stop-note">
      <strong>{status === 'revoked' ? 'Revoked' : 'Suspended'}</strong> {stopWords(stopped)}, at{' '}
      <TimeText at={stopped.at} />.{' '}
      {status === 'revoked'
        ? 'It cannot come back: make a new subscription.'
        : 'What is published meanwhile is lost to it.'}
    </p>
  );
}
