import { longestLine, notUtf8 } from './line-splitter.ts';
import type { Item } from './recording-items.ts';

/** Cuts the bytes of a JSON array into the texts of its items, without holding the whole of it. What is within an item is not looked at. */
export class ArraySplitter {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  /** The item that is being read, and the line on which it begins. */
  #item = '';
  #itemLine = 1;
  /** Something other than blanks was read of it. */
  #hasBegun = false;
  #line = 1;
  #depth = 0;
  #isInText = false;
  #isEscaped = false;
  /** Behind the end of the array, or what cannot be read. */
  #isOver = false;

  push(bytes: Uint8Array): Item[] {
    return this.#read(() => this.#decoder.decode(bytes, { stream: true }));
  }

  end(): Item[] {
    const items = this.#read(() => this.#decoder.decode());
    if (!this.#isOver && this.#depth > 0)
      items.push({ line: this.#hasBegun ? this.#itemLine : this.#line, reason: 'the array ends in the middle' });
    return items;
  }

  #read(decode: () => string): Item[] {
    if (this.#isOver) return [];
    let text: string;
    try {
      text = decode();
    } catch {
      return [this.#giveUp(notUtf8)];
    }
    const items: Item[] = [];
    let from = 0;
    for (let i = 0; i < text.length && !this.#isOver; i++) {
      const char = text[i] ?? '';
      if (char === '\n') this.#line++;
      if (this.#isInText) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (char === '\\') this.#isEscaped = true;
        else if (char === '"') this.#isInText = false;
        continue;
      }
      const isEnd = this.#depth === 1 && char === ']';
      if (isEnd || (this.#depth === 1 && char === ',')) {
        this.#item += text.slice(from, i);
        from = i + 1;
        if (this.#hasBegun || !isEnd) items.push({ line: this.#itemLine, text: this.#item.trim() });
        this.#item = '';
        this.#hasBegun = false;
        this.#isOver = isEnd;
        continue;
      }
      if (this.#depth > 0 && !this.#hasBegun && char.trim() !== '') {
        this.#hasBegun = true;
        this.#itemLine = this.#line;
      }
      if (char === '"') this.#isInText = true;
      else if (char === '[' || char === '{') {
        if (this.#depth++ === 0) from = i + 1;
      } else if (char === ']' || char === '}') this.#depth--;
    }
    if (this.#depth > 0 && !this.#isOver) this.#item += text.slice(from);
    if (this.#item.length > longestLine) items.push(this.#giveUp('an item is longer than 16 MiB'));
    return items;
  }

  #giveUp(reason: string): Item {
    this.#isOver = true;
    this.#item = '';
    return { line: this.#line, reason: `${reason}; what is behind it cannot be read` };
  }
}
