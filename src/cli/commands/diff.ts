import type { Readable } from 'node:stream';
import { serverUrl } from '../../config/option-kind.ts';
import { fail, show } from '../../errors.ts';
import { count, number, shortType } from '../../narration/text.ts';
import { standardInput } from '../../recordings/byte-reader.ts';
import { type Comparison, compareRecordings, type Difference } from '../../recordings/compare-recordings.ts';
import { type EntrySource, fileSource } from '../../recordings/entry-source.ts';
import { parseJsonPath } from '../../recordings/redact-json.ts';
import type { CommandContext } from '../command.ts';
import { mockJournal } from '../mock-journal.ts';
import { ReadingNotes } from '../reading-notes.ts';

export interface DiffOptions {
  a: string;
  b: string;
  ignore: string[];
  anyOrder: boolean;
  limit: number | undefined;
  token: string | undefined;
  /** What `-` stands for. */
  input: Readable;
}

const shownOfEachKind = 20;
/** Of one event; a payload of another kind differs in nearly all of its fields. */
const shownFields = 5;

/** `aep-mock diff`: compares two recordings or journals. 0 when they are the same, 1 when not. */
export async function diff(options: DiffOptions, { render }: CommandContext): Promise<number> {
  const { a, b, ignore, anyOrder, limit = shownOfEachKind } = options;
  if (a === standardInput && b === standardInput)
    throw fail('CONFLICTING_OPTIONS', { options: ['standard input as A', 'standard input as B'] });
  const compared = await compareRecordings({
    a: await sourceOf(a, options),
    b: await sourceOf(b, options),
    ignore: ignore.map((path) => parseJsonPath(path, '--ignore')),
    ordered: !anyOrder,
    limit,
    notes: {
      onTornLine: new ReadingNotes(render.warn, false).onTornLine,
      onForgotten: (name, entries) =>
        render.warn(
          `${name}: the journal had forgotten ${count(entries, 'entry', 'entries')} when it was asked; they are not compared`,
        ),
    },
  });
  for (const difference of compared.differences) {
    const { kind, line, ...rest } = difference;
    const file = fileOf(difference, options);
    const place = { file, ...(!isMock(file) && { line }) };
    render.data({ type: `diff.${kind}`, ...place, ...rest }, describe(difference, file));
  }
  const { same, counts } = compared;
  const total = Object.values(counts).reduce((sum, n) => sum + n, 0);
  render.data({ type: 'diff.finished', same, ...counts }, summary(compared, total));
  return total > 0 ? 1 : 0;
}

const isMock = (name: string): boolean => /^https?:\/\//i.test(name);

const sourceOf = (name: string, { token, input }: DiffOptions): EntrySource | Promise<EntrySource> =>
  isMock(name) ? mockJournal({ server: serverUrl.parse([name], 'the URL of a mock'), token }) : fileSource(name, input);

/** What is missing and what has moved is looked up in A, the rest in B. */
const fileOf = ({ kind }: Difference, { a, b }: DiffOptions): string =>
  kind === 'missing' || kind === 'reordered' ? a : b;

function describe(difference: Difference, file: string): string {
  const { kind, key, eventType, line, fields } = difference;
  const lines = fields
    .slice(0, shownFields)
    .map(({ path, before, after }) => `           ${path}: ${show(before)} -> ${show(after)}`);
  const more = fields.length - lines.length;
  const place = isMock(file) ? file : `${file}:${line}`;
  return [
    `${kind.padEnd(9)}  ${[key, shortType(eventType)].filter((text) => text !== '').join('  ')}  (${place})`,
    ...lines,
    ...(more > 0 ? [`           and ${count(more, 'more field')}`] : []),
  ].join('\n');
}

function summary({ same, counts, differences }: Comparison, total: number): string {
  const { missing, extra, changed, reordered } = counts;
  const kinds = `${number(missing)} missing, ${number(extra)} extra, ${number(changed)} changed, ${number(reordered)} reordered`;
  const hidden = total - differences.length;
  const notShown = hidden > 0 ? ` (${number(hidden)} of them not shown; --limit shows more)` : '';
  return total === 0
    ? `no difference: ${count(same, 'entry', 'entries')} the same`
    : `${kinds}${notShown}; ${number(same)} the same`;
}
