import type { AnswerBody } from './destinations/port.ts';

/** So much of an answer's body is kept for the developer. */
export const excerptBytes = 4_096;

/** The beginning of a body, filled in while it comes. */
export class BodyExcerpt implements AnswerBody {
  /** One buffer: some handlers send thousands of parts of a few bytes each, and as many small ones would weigh much more. */
  #kept = Buffer.alloc(0);
  #isCut = false;

  add(part: Uint8Array): void {
    const room = excerptBytes - this.#kept.byteLength;
    if (part.byteLength > room) this.#isCut = true;
    if (room === 0 || part.byteLength === 0) return;
    // A copy: what was read off a socket is part of something far larger, and its owner may use it again.
    this.#kept = Buffer.concat([this.#kept, part.subarray(0, room)]);
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  /** Decoded as UTF-8; a character that the cut goes through is left out. */
  get text(): string {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.#kept, { stream: this.#isCut });
  }
}
