import type { FaultsBody } from '../../../http/control-api.ts';
import { call } from '../control-client.ts';
import { usePolled } from '../polled.ts';
import { Problems, useProblems } from '../problems.tsx';
import { FaultForm } from './fault-form.tsx';
import { concerns, faultInput } from './fault-words.ts';

const path = '/_mock/faults';

/** The fault rules in force, those that leave a subscription alone at the end, and a form for one more. */
export function FaultList({ subscription, events }: { subscription: string; events: readonly string[] }) {
  const faults = usePolled<FaultsBody>(path);
  const { problems, attempt } = useProblems();
  const items = faults.answer.value?.items;
  const change = (work: () => Promise<unknown>): Promise<void> =>
    attempt(async () => {
      await work();
      await faults.refresh();
    });
  const remove = (name: string): Promise<void> =>
    change(() =>
      call(
        'PUT',
        path,
        (items ?? []).filter((fault) => fault.name !== name).map(({ rule }) => faultInput(rule)),
      ),
    );
  return (
    <section class="card" aria-labelledby="faults-heading">
      <div class="page-head">
        <h2 id="faults-heading">Faults</h2>
        {items && items.length > 0 && (
          <button type="button" onClick={() => change(() => call('DELETE', path))}>
            Clear all
          </button>
        )}
      </div>
      {items?.length === 0 && <p class="muted">None in force: every attempt meets the handler as it is.</p>}
      {items && items.length > 0 && (
        <>
          <p class="muted">
            Of the rules for attempts, the first that fires decides. When one is removed, the others begin to count
            anew.
          </p>
          <ul class="rules">
            {items.map(({ name, explain, matched, fired, rule }) => (
              <li key={name}>
                <div>
                  <strong class="mono">{name}</strong>
                  {!concerns(rule, subscription) && <span class="muted"> not about this subscription</span>}
                  <div>{explain}</div>
                </div>
                <span class="muted counts">
                  fired {fired} of {matched}
                </span>
                <button type="button" aria-label={`Remove the fault ${name}`} onClick={() => remove(name)}>
                  Remove
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      <Problems of={problems} />
      <FaultForm subscription={subscription} events={events} onAdded={() => void faults.refresh()} />
    </section>
  );
}
