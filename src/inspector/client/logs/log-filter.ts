import type { LogEntry } from '../../../runtime/platform-logs.ts';

export interface LogFilter {
  type: LogEntry['log_type'] | 'all';
  /** Every word of it has to be somewhere in the entry, whatever the case. */
  text: string;
}

export function matchingLogs(entries: readonly LogEntry[], { type, text }: LogFilter): readonly LogEntry[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (type === 'all' && words.length === 0) return entries;
  return entries.filter((entry) => {
    if (type !== 'all' && entry.log_type !== type) return false;
    const whole = words.length > 0 ? JSON.stringify(entry).toLowerCase() : '';
    return words.every((word) => whole.includes(word));
  });
}
