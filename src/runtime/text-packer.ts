import type { SealedEvent } from '../core/types.ts';

/** Node keeps a string that it makes of so many bytes or more outside the heap (its limit is 1,031,913). */
const packLength = 1024 * 1024;

/**
 * Moves the texts of events that will wait for long out of the JavaScript heap: each becomes a part of a long string, whose characters
 * no collection walks over. A collection of the young generation costs the more the larger the heap is, so that without this every
 * delivery would cost the more the more others wait behind it.
 */
export class TextPacker {
  readonly #manyWait: () => boolean;
  #latest: SealedEvent[] = [];
  #length = 0;

  /** `manyWait` is asked about once for each MB of texts. */
  constructor(manyWait: () => boolean) {
    this.#manyWait = manyWait;
  }

  /** To be called with each event that somebody is owed. */
  add(event: SealedEvent): void {
    this.#latest.push(event);
    this.#length += event.text.length;
    if (this.#length < packLength) return;
    if (this.#manyWait()) pack(this.#latest, this.#length);
    this.#latest = [];
    this.#length = 0;
  }
}

function pack(events: readonly SealedEvent[], length: number): void {
  const bytes = Buffer.allocUnsafeSlow(length);
  let end = 0;
  for (const { text } of events) end += bytes.write(text, end, 'latin1');
  const packed = bytes.toString('latin1');
  let at = 0;
  for (const event of events) {
    const text = packed.slice(at, at + event.text.length);
    at += event.text.length;
    // Other characters than those of Latin-1 have not survived; such an event keeps the text that it has.
    if (text === event.text) event.text = text;
  }
}
