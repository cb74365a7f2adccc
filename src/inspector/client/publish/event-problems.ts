/** What is wrong with an event that is being written, in the order in which it has to be put right. */
import { useEffect, useState } from 'preact/hooks';
import type { EventProblems } from '../../../http/inspect-api.ts';
import { CallFailed, post } from '../control-client.ts';
import { type JsonProblem, jsonProblem } from './json-problem.ts';

export type DraftProblems =
  /** It is no JSON: said at once. */
  | { kind: 'syntax'; problem: JsonProblem }
  /** It is JSON, and the mock has not answered yet what it thinks of it. */
  | { kind: 'checking' }
  /** What the schema of its type says; empty when it fits. */
  | { kind: 'schema'; problems: EventProblems['problems'] }
  /** The mock could not be asked. */
  | { kind: 'unchecked'; reason: string };

/** The mock is asked when nothing was typed for so long. */
const pauseMs = 300;

export function useEventProblems(text: string): DraftProblems {
  const [answered, setAnswered] = useState<{ text: string; problems: DraftProblems }>();
  const problem = jsonProblem(text);
  const isJson = problem === undefined;
  useEffect(() => {
    if (!isJson) return;
    const asking = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const { problems } = await post<EventProblems>(
          '/_mock/events/check',
          { event: JSON.parse(text) },
          asking.signal,
        );
        setAnswered({ text, problems: { kind: 'schema', problems } });
      } catch (error) {
        if (asking.signal.aborted) return;
        const reason = error instanceof CallFailed ? error.message : String(error);
        setAnswered({ text, problems: { kind: 'unchecked', reason } });
      }
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [text, isJson]);
  if (problem) return { kind: 'syntax', problem };
  return answered?.text === text ? answered.problems : { kind: 'checking' };
}
