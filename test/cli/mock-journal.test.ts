import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { mockJournal } from '../../src/cli/mock-journal.ts';

/** Answers pages of a journal that has `last(n)` entries at the n-th request, of which those from `first(n)` on are kept. */
async function startJournal(first: (n: number) => number, last: (n: number) => number) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const query = new URL(request.url ?? '', 'http://localhost').searchParams;
    const n = asked.push(query.toString());
    const [from, to] = [Math.max(Number(query.get('after')) + 1, first(n)), last(n)];
    const seqs = Array.from({ length: Math.min(to - from + 1, Number(query.get('limit'))) }, (_, i) => from + i);
    const items = seqs.map((seq) => ({ seq }));
    response.end(
      JSON.stringify({ items, first_seq: first(n), last_seq: to, missed: 0, next_after: seqs.at(-1) ?? to }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { asked, journal: mockJournal({ server: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }) };
}

async function seqsOf(journal: ReturnType<typeof mockJournal>): Promise<number[]> {
  const seqs: number[] = [];
  for await (const items of journal.items())
    for (const item of items)
      if ('value' in item) seqs.push(...(item.value as { items: { seq: number }[] }).items.map(({ seq }) => seq));
  return seqs;
}

describe('the journal of a running mock', () => {
  it('is read up to where it was at first, as often as is asked for, though it goes on', async () => {
    const { asked, journal } = await startJournal(
      () => 1,
      (n) => 2_000 + n * 500,
    );
    const seqs = await seqsOf(journal);
    expect([seqs.length, seqs.at(-1)]).toEqual([2_500, 2_500]);
    expect(await seqsOf(journal)).toEqual(seqs);
    expect(asked.slice(0, 3)).toEqual(['after=0&limit=1000', 'after=1000&limit=1000', 'after=2000&limit=500']);
  });

  it('is not compared when it lost entries meanwhile', async () => {
    const { journal } = await startJournal(
      (n) => n,
      () => 3_000,
    );
    await expect(seqsOf(journal)).rejects.toMatchObject({
      code: 'NOT_COMPARABLE',
      message: expect.stringContaining('its journal lost entries while it was read'),
    });
  });
});
