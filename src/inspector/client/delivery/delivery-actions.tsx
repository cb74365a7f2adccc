import type { DeliveryDetail, ResendMode } from '../../../http/inspect-api.ts';
import { useKeys } from '../keyboard.ts';
import { told } from '../notices.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { asCurl } from './as-curl.ts';
import { asFixture } from './as-fixture.ts';
import { resend } from './resend.ts';

const resendTitles: Record<ResendMode, string> = {
  itself: 'The same event, the same bytes, in a delivery of its own',
  duplicate: 'The same, marked as an injected duplicate',
  new_event: 'Its content under a new event id: a handler that deduplicates takes it again',
};

/** What can be done with a delivery. */
export function DeliveryActions({ detail: { delivery, event, wire } }: { detail: DeliveryDetail }) {
  const { id } = delivery;
  const again = (as: ResendMode): Promise<void> => told(() => resend(id, as));
  useKeys({ r: () => void again('itself') });
  const sent = wire.findLast(({ request }) => request.method !== undefined);
  return (
    <>
      <button type="button" class="primary" title={`${resendTitles.itself} (r)`} onClick={() => void again('itself')}>
        Resend
      </button>
      <button type="button" title={resendTitles.duplicate} onClick={() => void again('duplicate')}>
        Resend as duplicate
      </button>
      <button type="button" title={resendTitles.new_event} onClick={() => void again('new_event')}>
        Resend under a new id
      </button>
      <CopyButton what="The curl command" text={() => (sent ? asCurl(sent) : '')} disabled={!sent}>
        Copy as curl
      </CopyButton>
      <CopyButton what="The test" text={() => (event ? asFixture(event) : '')} disabled={!event}>
        Copy as test fixture
      </CopyButton>
    </>
  );
}
