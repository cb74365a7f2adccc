import { fail } from '../errors.ts';
import type { JournalBody } from '../http/journal-api.ts';
import type { EntrySource } from '../recordings/entry-source.ts';
import { type ClientOptions, ControlClient } from './client.ts';

/** The most that a mock tells at once. */
const pageSize = 1_000;

/** The journal of a running mock, page by page, up to where it is when it is asked first. */
export function mockJournal(options: ClientOptions): EntrySource {
  const client = new ControlClient(options);
  const name = options.server;
  let first: number | undefined;
  let last: number | undefined;
  async function* pages(): AsyncGenerator<[{ line: number; value: JournalBody; text: string }]> {
    let after = 0;
    do {
      // What comes meanwhile is left out. A page has at least one entry.
      const limit = Math.min(pageSize, Math.max(1, (last ?? pageSize) - after));
      const page = await client.get<JournalBody>('/_mock/journal', { after: String(after), limit: String(limit) });
      first ??= page.first_seq;
      last ??= page.last_seq;
      if (page.first_seq !== first)
        throw fail('NOT_COMPARABLE', { file: name, reason: lostWhileRead, hint: letItRest });
      after = page.next_after;
      yield [{ line: 1, value: { ...page, last_seq: last }, text: '' }];
    } while (after < last);
  }
  return { name, isRepeatable: true, items: pages };
}

const lostWhileRead = 'its journal lost entries while it was read: it was reset, or has more than a mock keeps';
const letItRest =
  'compare when nothing is going on, or what "aep-mock start --format json" writes, which has everything';
