import type { JournalEntry, Mock } from '../../src/index.ts';

/** What happened to deliveries, in order, in as few words as it takes. */
export function story(mock: Mock): string[] {
  return [...mock.journal.entries()].flatMap((entry) => tell(entry) ?? []);
}

function tell(entry: JournalEntry): string | undefined {
  switch (entry.type) {
    case 'attempt.started':
      return `${entry.deliveryId} attempt ${entry.attempt}`;
    case 'attempt.finished': {
      const { outcome, verdict } = entry;
      const came = 'status' in outcome ? outcome.status : 'reason' in outcome ? outcome.reason : outcome.kind;
      return `${entry.deliveryId} ${came}: ${verdict.do}`;
    }
    case 'attempt.late':
      return `${entry.deliveryId} late: ${entry.status}`;
    case 'delivery.dropped':
    case 'delivery.discarded':
      return `${entry.deliveryId} lost: ${entry.reason}`;
    case 'subscription.suspended':
    case 'subscription.revoked':
      return `${entry.type} ${entry.reason}, ${entry.lost} lost`;
    case 'mock.warning':
      return entry.message;
    default:
      return undefined;
  }
}
