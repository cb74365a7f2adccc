import { useState } from 'preact/hooks';
import type { TransitionAnswer } from '../../../http/control-api.ts';
import { count, shortId } from '../../../narration/text.ts';
import { post } from '../control-client.ts';
import { told } from '../notices.tsx';
import { Dialog } from './dialog.tsx';
import { RotateSecret } from './rotate-secret.tsx';
import type { SubscriptionState } from './stop-words.ts';

interface SubscriptionActionsProps {
  subscription: SubscriptionState;
  /** Also what is rarely wanted. */
  isWhole?: boolean;
  /** Something has changed. */
  onDone: () => void;
}

/** What can be done to a subscription, depending on its status. */
export function SubscriptionActions({ subscription, isWhole = false, onDone }: SubscriptionActionsProps) {
  const { id, status, type } = subscription;
  const [open, setOpen] = useState<'revoke' | 'rotate'>();
  const close = (): void => setOpen(undefined);
  const change = (transition: Transition, by: 'user' | 'system'): void =>
    void told(async () => {
      const { lost, status: now } = await post<TransitionAnswer>(
        `/_mock/subscriptions/${encodeURIComponent(id)}/${transition}`,
        { by },
      );
      onDone();
      return `${shortId(id)} is ${now}${lost > 0 ? `: ${count(lost, 'delivery', 'deliveries')} lost` : ''}`;
    });
  if (status === 'revoked' || status === 'deleted') return null;
  return (
    <div class="actions">
      {status === 'active' ? (
        <>
          <button type="button" onClick={() => change('suspend', 'user')}>
            Suspend
          </button>
          {isWhole && (
            <button
              type="button"
              title="As if it had crossed the line: the e-mail and the logs say so"
              onClick={() => change('suspend', 'system')}
            >
              Suspend as the platform
            </button>
          )}
        </>
      ) : (
        <button type="button" class="primary" onClick={() => change('resume', 'user')}>
          Resume
        </button>
      )}
      {type === 'https' && (
        <button type="button" onClick={() => setOpen('rotate')}>
          Rotate secret…
        </button>
      )}
      <button type="button" class="danger" onClick={() => setOpen('revoke')}>
        Revoke…
      </button>
      {open === 'rotate' && <RotateSecret id={id} onClose={close} />}
      {open === 'revoke' && (
        <Dialog title="Revoke this subscription?" onClose={close}>
          <p>
            This is for good: <span class="mono">{shortId(id)}</span> cannot be resumed, and what is queued for it is
            lost.
          </p>
          <div class="actions">
            <button type="button" onClick={close}>
              Keep it
            </button>
            <button
              type="button"
              class="danger"
              onClick={() => {
                close();
                change('revoke', 'system');
              }}
            >
              Revoke for good
            </button>
          </div>
        </Dialog>
      )}
    </div>
  );
}

type Transition = 'suspend' | 'resume' | 'revoke';
