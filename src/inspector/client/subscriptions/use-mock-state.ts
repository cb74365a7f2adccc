import { useSignalEffect } from '@preact/signals';
import type { StateBody } from '../../../http/control-api.ts';
import { type Polled, usePolled } from '../polled.ts';
import { noteState } from './subscription-samples.ts';

/** The state of the mock once a second, noted for the sparklines. */
export function useMockState(): Polled<StateBody> {
  const state = usePolled<StateBody>('/_mock/state');
  useSignalEffect(() => {
    const answer = state.answer.value;
    if (answer) noteState(answer, performance.now());
  });
  return state;
}
