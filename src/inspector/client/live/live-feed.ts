/** The rows of the live page, kept up while any page is shown. */
import { signal } from '@preact/signals';
import type { StreamMessage } from '../../../http/inspect-api.ts';
import { count } from '../../../narration/text.ts';
import { onStream } from '../journal-stream.ts';
import { readMockFacts } from '../mock-facts.ts';
import { tellFailure } from '../notices.tsx';
import { LiveRows } from './live-rows.ts';

export const liveRows = new LiveRows();
/** Another number whenever the rows are others; at most once for every picture that the browser draws. */
export const rowsVersion = signal(0);

let run: string | undefined;
let isChanged = false;

export function followStream(): void {
  onStream(take);
}

function take(message: StreamMessage): void {
  if (message.run !== run) {
    if (run !== undefined) liveRows.begin(message.now);
    run = message.run;
    readMockFacts().catch(tellFailure);
  }
  if (message.missed > 0)
    liveRows.note(
      message.now,
      `${count(message.missed, 'journal entry', 'journal entries')} not kept any more: not shown`,
    );
  liveRows.add(message.entries, message.measured_ms);
  if (isChanged) return;
  isChanged = true;
  requestAnimationFrame(() => {
    isChanged = false;
    rowsVersion.value++;
  });
}
