/**
 * The platform's right to publish to a Pub/Sub topic: its owner grants it to the platform's service account (R6). Emulators know no
 * rights, so the mock keeps them itself. Granted unless it was taken away.
 */
import type { State } from './state.ts';
import type { Input } from './types.ts';
import { record, type Work } from './work.ts';

export const isPublisher = (state: State, topic: string): boolean => !state.revokedTopics.includes(topic);

/** The subscriptions are suspended by their next publication and not here: the platform cannot know any sooner. */
export function setPublisher(work: Work, { topic, granted }: Extract<Input, { type: 'setPublisher' }>): void {
  const { state } = work;
  if (isPublisher(state, topic) === granted) return;
  if (granted) state.revokedTopics = state.revokedTopics.filter((other) => other !== topic);
  else state.revokedTopics.push(topic);
  record(work, { type: 'publisher.changed', topic, granted });
}
