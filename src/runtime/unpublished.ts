import { sizeOf } from '../core/queue.ts';
import { destinationName, type State } from '../core/state.ts';

/** For each Pub/Sub or Kafka subscription that is still owed something when the mock closes: one sentence that says how much is lost. */
export function unpublished(state: State): string[] {
  const lines: string[] = [];
  for (const [id, lane] of state.lanes) {
    const subscription = state.subscriptions.get(id);
    const left = sizeOf(lane.queue) + lane.live.size;
    if (!subscription || subscription.config.type === 'https' || left === 0) continue;
    lines.push(
      `closed with ${left} ${left === 1 ? 'message' : 'messages'} for ${destinationName(subscription)} not published: gone with the mock`,
    );
  }
  return lines;
}
