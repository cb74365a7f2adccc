/** An event of a recording, or why an item of it is none: what `aep-mock replay` takes, and in its words. */
import { dateTimeMs } from '../../../core/date-time.ts';
import type { CloudEvent } from '../../../core/types.ts';
import { AepMockError } from '../../../errors.ts';
import { checkOwnEvent } from '../../../events/check-event.ts';
import { isCapture, receivedAt } from '../../../recordings/capture-record.ts';

export interface RecordedEvent {
  event: CloudEvent;
  /** How long its JSON is. */
  size: number;
  /** When it was received or, of a plain event, its own time: milliseconds since the epoch. */
  at: number | undefined;
}

export function readRecorded(text: string): RecordedEvent | { reason: string } {
  const item = parsed(text);
  if ('reason' in item) return item;
  const { value } = item;
  if (!isCapture(value)) return eventOf(value, text.length);
  const { body } = value;
  if (body === undefined) return { reason: 'its body is not UTF-8, so it is no CloudEvent' };
  if (typeof body !== 'string') return { reason: 'the body of a capture record has to be the exact text that arrived' };
  const inside = parsed(body);
  if ('reason' in inside) return { reason: `its body: ${inside.reason}` };
  return eventOf(inside.value, body.length, receivedAt(value));
}

function parsed(text: string): { value: unknown } | { reason: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { reason: `it is not valid JSON (${(error as Error).message})` };
  }
}

/** One that the mock would not take would cost the whole batch that it is in. */
function eventOf(value: unknown, size: number, at?: number): RecordedEvent | { reason: string } {
  try {
    const event = checkOwnEvent(value);
    return { event, size, at: at ?? (event.time === undefined ? undefined : dateTimeMs(event.time)) };
  } catch (error) {
    if (error instanceof AepMockError) return { reason: `it is not a CloudEvent: ${error.message}` };
    throw error;
  }
}
