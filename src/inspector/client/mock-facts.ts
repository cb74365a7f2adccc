/** What stays as it is while a mock runs, and the page needs everywhere. */
import { signal } from '@preact/signals';
import type { ClockBody, StateBody } from '../../http/control-api.ts';
import { get } from './control-client.ts';

export interface MockFacts {
  /** How long the platform waits for an answer. */
  ackDeadlineMs: number;
  /** The mock's clock stands still while a handler answers, so that nobody measures how long it takes. */
  isTimeless: boolean;
}

/** Undefined until the mock has told. */
export const mockFacts = signal<MockFacts | undefined>(undefined);

/** Asks for them: another run may have other options. */
export async function readMockFacts(): Promise<void> {
  const [clock, state] = await Promise.all([get<ClockBody>('/_mock/clock'), get<StateBody>('/_mock/state')]);
  mockFacts.value = { ackDeadlineMs: state.ack_deadline_ms, isTimeless: clock.kind === 'virtual' };
}
