import { isEventType } from '../events/catalog.ts';
import { count } from '../narration/text.ts';
import type { ReadingOptions, RecordedEvent } from '../recordings/read-recording.ts';

/** Bad lines that are named one by one; of the others the number is enough. */
const badLinesNamed = 10;

/** Says what is odd about a recording while it is read: each thing once, and of bad lines the first few. */
export class ReadingNotes {
  skipped = 0;
  readonly #warn: (text: string) => void;
  readonly #isExact: boolean;
  readonly #unknown = new Set<string>();
  readonly #torn = new Set<string>();
  readonly #empty = new Set<string>();
  #hasInexact = false;
  #hasRedacted = false;
  #fileBefore: { file: string; beginsAt: number } | undefined;

  /** `isExact`: bytes go out as they are, so that no number changes. */
  constructor(warn: (text: string) => void, isExact: boolean) {
    this.#warn = warn;
    this.#isExact = isExact;
  }

  readonly onBadLine: NonNullable<ReadingOptions['onBadLine']> = ({ message }) => {
    if (++this.skipped <= badLinesNamed) this.#warn(`${message}; skipped`);
  };

  readonly onTornLine: NonNullable<ReadingOptions['onTornLine']> = (file, line) => {
    const place = `${file}:${line}`;
    if (this.#torn.has(place)) return;
    this.#torn.add(place);
    this.#warn(`${place}: the line is cut off, as when a recorder is killed; passed over`);
  };

  readonly onEmpty = (file: string): void => {
    if (this.#empty.has(file)) return;
    this.#empty.add(file);
    this.#warn(`${file} holds no events`);
  };

  readonly onRead = (read: RecordedEvent): void => {
    const { event, file, line, inexact, redacted } = read;
    const { type } = event;
    if (inexact && !this.#hasInexact && !this.#isExact) {
      this.#hasInexact = true;
      this.#warn(inexactText(file, inexact));
    }
    if (redacted && !this.#hasRedacted && this.#isExact) {
      this.#hasRedacted = true;
      this.#warn(
        `${file}:${line}: ${redacted.join(', ')} was redacted, so the recorded signature does not fit the body`,
      );
    }
    if (isEventType(type) || this.#unknown.has(type)) return;
    this.#unknown.add(type);
    this.#warn(`${file}:${line}: ${type} is not in the catalogue; no subscription can ask for it`);
  };

  /** To be called for each recording before they are read: in the order of their names, rotated ones are not in that of their times. */
  onFile(file: string, beginsAt: number | undefined): void {
    if (beginsAt === undefined) return;
    const before = this.#fileBefore;
    this.#fileBefore = { file, beginsAt };
    if (before && beginsAt < before.beginsAt)
      this.#warn(`${file} begins earlier than ${before.file}, which goes first; name them in the order of their times`);
  }

  /** To be called when all is read and nothing was published. These options, of those given, may leave less than was meant. */
  onNothing(flags: readonly string[]): void {
    if (this.skipped > 0 || this.#empty.size > 0 || this.#torn.size > 0) return;
    const counts = flags.includes('--skip') && flags.includes('--limit');
    this.#warn(`no event was left by ${flags.join(', ')}${counts ? '; --limit counts what --skip passes over' : ''}`);
  }

  /** `unverified`: how many of the published events had no valid signature when they were recorded. */
  end(unverified: number): void {
    if (this.skipped > badLinesNamed) this.#warn(`${count(this.skipped - badLinesNamed, 'more bad line')} skipped`);
    if (unverified > 0 && !this.#isExact)
      this.#warn(
        `${count(unverified, 'event')} had a wrong signature or none when recorded; whatever is published is signed anew`,
      );
  }
}

const inexactText = (file: string, { text, line }: { text: string; line: number }): string =>
  `${file}:${line}: the number ${shortened(text)} is published as ${JSON.stringify(Number(text))}: JSON in JavaScript holds no more digits; numbers like it are changed in the whole recording, unless it is a capture and replayed with --exact`;

const shortened = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);
