import type { PublishAnswer, PublishBody } from '../../../http/control-api.ts';
import { post } from '../control-client.ts';

export type Published = PublishAnswer['published'];

/** Half of what the mock takes with one request: what is between the events counts, too. */
const requestBytes = 4 * 1024 * 1024;

/** Publishes an event so many times, as many with a request as it takes; tells after each what was published by then. */
export async function publishMany(
  event: unknown,
  times: number,
  keepsId: boolean,
  onPublished: (published: Published) => void,
): Promise<void> {
  const bytes = new TextEncoder().encode(JSON.stringify(event)).length;
  const most = Math.max(1, Math.floor(requestBytes / bytes));
  let published: Published = [];
  while (published.length < times) {
    const events = new Array(Math.min(most, times - published.length)).fill(event);
    const answer = await post<PublishAnswer>('/_mock/publish', { events, keep_ids: keepsId } satisfies PublishBody);
    published = [...published, ...answer.published];
    onPublished(published);
  }
}
