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
    this.#length += event.text.length + (event.identifiedText?.length ?? 0);
    if (this.#length < packLength) return;
    if (this.#manyWait()) pack(this.#latest, this.#length);
    this.#latest = [];
    this.#length = 0;
  }
}

function pack(events: readonly SealedEvent[], length: number): void {
  const bytes = Buffer.allocUnsafeSlow(length);
  let end = 0;
  for (const { text, identifiedText } of events) {
    end += bytes.write(text, end, 'latin1');
    if (identifiedText !== undefined) end += bytes.write(identifiedText, end, 'latin1');
  }
  const packed = bytes.toString('latin1');
  let at = 0;
  /** The same text as a part of the long string. Characters that Latin-1 has not do not survive: such a text stays what it is. */
  const kept = (text: string): string => {
    const part = packed.slice(at, at + text.length);
    at += text.length;
    return part === text ? part : text;
  };
  for (const event of events) {
    event.text = kept(event.text);
    if (event.identifiedText !== undefined) event.identifiedText = kept(event.identifiedText);
  }
}
