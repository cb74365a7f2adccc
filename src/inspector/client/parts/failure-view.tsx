import type { CallFailed } from '../control-client.ts';

/** Why there is nothing to show, and what to do about it. */
export function FailureView({ failure: { problems } }: { failure: CallFailed }) {
  return (
    <div class="card" role="alert">
      {problems.map(({ message, hint }) => (
        <p key={message}>
          {message}
          {hint && <span class="hint">: {hint}</span>}
        </p>
      ))}
    </div>
  );
}
