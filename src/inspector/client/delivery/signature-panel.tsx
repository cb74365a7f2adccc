import { useState } from 'preact/hooks';
import type { WireView } from '../../../http/inspect-api.ts';
import { tellFailure } from '../notices.tsx';
import { canCheck, checkSignatures } from './check-signature.ts';

type Result = Awaited<ReturnType<typeof checkSignatures>>;

/** Computes the signatures anew with a secret that is typed in; the secret stays in this page and is not kept. */
export function SignaturePanel({ request: { headers, body } }: Pick<WireView, 'request'>) {
  const [result, setResult] = useState<Result>();
  if (!canCheck())
    return (
      <p class="muted">
        Signatures cannot be recomputed here: browsers have the means for pages of localhost and https only. Open this
        page as http://localhost to do it.
      </p>
    );
  const check = async (secret: string): Promise<void> => {
    try {
      setResult(await checkSignatures(headers, body, secret));
    } catch (error) {
      tellFailure(error);
    }
  };
  return (
    <form
      class="signatures"
      onSubmit={(event) => {
        event.preventDefault();
        const secret = new FormData(event.currentTarget).get('secret');
        if (typeof secret === 'string' && secret !== '') void check(secret);
      }}
    >
      <label>
        Secret
        {/* It is computed with here, and neither sent nor kept. */}
        <input name="secret" type="password" autoComplete="off" required onInput={() => setResult(undefined)} />
      </label>
      <button type="submit">Recompute</button>
      <div class="signature-result" aria-live="polite">
        {result && <ResultView result={result} />}
      </div>
    </form>
  );
}

function ResultView({ result: { expected, checks } }: { result: Result }) {
  return (
    <>
      {checks.length === 0 && <p class="bad">✕ The request had no signature.</p>}
      {checks.map(({ header, sent, matches }) => (
        <p key={header}>
          <strong class={matches ? 'good' : 'bad'}>{matches ? '✓ matches' : '✕ does not match'}</strong>{' '}
          <code>{header}</code>
          {!matches && (
            <>
              <br />
              sent <code class="hash">{sent}</code>
            </>
          )}
        </p>
      ))}
      <p class="muted">
        this secret makes <code class="hash">{expected}</code>
      </p>
    </>
  );
}
