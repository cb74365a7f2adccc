import { type OutcomeKind, outcomeSigns } from './outcome-kind.ts';

/** An outcome: a sign, a word and a colour, so that none of them says it alone. */
export function OutcomeMark({ kind, text = kind }: { kind: OutcomeKind; text?: string }) {
  const { sign, tone } = outcomeSigns[kind];
  return (
    <span class={`outcome ${tone}`}>
      <span class="sign" aria-hidden="true">
        {sign}
      </span>
      {text}
    </span>
  );
}
