import { useState } from 'preact/hooks';
import { CallFailed } from './control-client.ts';

type ProblemList = CallFailed['problems'];

/** Why something was not done, where it was asked for. */
export function Problems({ of: problems }: { of: ProblemList }) {
  return (
    <div role="alert">
      {problems.map(({ message, hint }) => (
        <p key={message} class="problem">
          <strong class="bad">Not done:</strong> {message}
          {hint !== '' && <span class="hint"> {hint}</span>}
        </p>
      ))}
    </div>
  );
}

/** Runs what a form does and keeps why it was refused; nothing is left of the refusal before. */
export function useProblems(): { problems: ProblemList; attempt: (work: () => Promise<void>) => Promise<void> } {
  const [problems, setProblems] = useState<ProblemList>([]);
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    setProblems([]);
    try {
      await work();
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error;
      setProblems(error.problems);
    }
  };
  return { problems, attempt };
}
