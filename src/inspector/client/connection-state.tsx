import { type StreamState, streamState } from './journal-stream.ts';

/** How the page hears of the mock, in words. */
export function ConnectionState() {
  const state = streamState.value;
  return (
    <span class={`connection ${state.kind}`} role="status">
      <span class="sign" aria-hidden="true">
        {signs[state.kind]}
      </span>
      {wordsOf(state)}
    </span>
  );
}

const signs: Record<StreamState['kind'], string> = { connecting: '○', connected: '●', lost: '✕', sampled: '◐' };

function wordsOf(state: StreamState): string {
  switch (state.kind) {
    case 'connecting':
      return 'connecting';
    case 'connected':
      return 'connected';
    case 'lost':
      return 'connection lost: trying again';
    case 'sampled':
      return `sampled: 1 of ${state.oneIn} deliveries is shown`;
  }
}
