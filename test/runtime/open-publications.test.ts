import { describe, expect, it } from 'vitest';
import type { Outcome, PublishFailure } from '../../src/core/types.ts';
import { OpenPublications, type Publication } from '../../src/runtime/destinations/open-publications.ts';

const failure: PublishFailure = { reason: 'topic_not_found', code: 404, message: 'no such topic' };

/** So many publications under way, and what they come to. */
function begin(open: OpenPublications, count: number): { publications: Publication[]; outcomes: Promise<Outcome>[] } {
  const publications: Publication[] = [];
  const outcomes = Array.from({ length: count }, () => open.run((publication) => publications.push(publication)));
  return { publications, outcomes };
}

describe('publications under way', () => {
  it('tell each what it came to, in whatever order they end', async () => {
    const { publications, outcomes } = begin(new OpenPublications(), 4);
    const [first, second, third, fourth] = publications;
    second?.settle(failure);
    fourth?.settle(undefined);
    first?.settle(undefined);
    third?.settle(failure);

    const [one, two, three, four] = await Promise.all(outcomes);
    expect([one, four]).toMatchObject([{ kind: 'published' }, { kind: 'published' }]);
    expect([two, three]).toMatchObject([
      { kind: 'publishFailed', ...failure },
      { kind: 'publishFailed', ...failure },
    ]);
  });

  it('are given up when the mock closes: those that are open and no others', async () => {
    const open = new OpenPublications();
    const { publications, outcomes } = begin(open, 4);
    publications[0]?.settle(undefined);
    publications[2]?.settle(failure);
    open.giveUp();

    expect(await Promise.all(outcomes)).toMatchObject([
      { kind: 'published' },
      { kind: 'publishFailed', reason: 'client_closed_connection' },
      { kind: 'publishFailed', reason: 'topic_not_found' },
      { kind: 'publishFailed', reason: 'client_closed_connection' },
    ]);
  });

  it('have one end: an acknowledgement after they were given up touches no other', async () => {
    const open = new OpenPublications();
    const { publications, outcomes } = begin(open, 1);
    open.giveUp();
    const later = begin(open, 2);
    publications[0]?.settle(undefined);
    open.giveUp();

    const given = { kind: 'publishFailed', reason: 'client_closed_connection' };
    expect(await Promise.all([...outcomes, ...later.outcomes])).toMatchObject([given, given, given]);
  });

  it('fail with what beginning them threw', async () => {
    const thrown = new Error('not a message');
    const outcome = new OpenPublications().run(() => {
      throw thrown;
    });
    await expect(outcome).rejects.toBe(thrown);
  });
});
