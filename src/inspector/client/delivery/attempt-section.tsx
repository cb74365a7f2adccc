import { useState } from 'preact/hooks';
import type { AttemptView } from '../../../http/control-api.ts';
import type { DeliveryDetail, WireView } from '../../../http/inspect-api.ts';
import { duration, elapsed } from '../../../narration/text.ts';
import { mockFacts } from '../mock-facts.ts';
import { answerMs, outcomeWords, verdictWords } from '../parts/attempt-words.ts';
import { DeadlineBar } from '../parts/deadline-bar.tsx';
import { BodyView } from '../parts/json-view.tsx';
import { outcomeKindOf } from '../parts/outcome-kind.ts';
import { OutcomeMark } from '../parts/outcome-mark.tsx';
import { TimeText } from '../parts/time-text.tsx';
import { attemptFacts } from './attempt-facts.ts';
import { HeadersTable } from './headers-table.tsx';
import { SignaturePanel } from './signature-panel.tsx';

interface AttemptSectionProps {
  detail: DeliveryDetail;
  attempt: AttemptView;
  /** The last one is what one comes for. It stays as it is when another comes. */
  isOpen: boolean;
}

/** One attempt: what was sent, what came back, and what the platform made of it. */
export function AttemptSection({ detail, attempt, isOpen }: AttemptSectionProps) {
  const [isOpenAtFirst] = useState(isOpen);
  const facts = attemptFacts(attempt, detail.delivery.duplicate_of);
  const wire = detail.wire.find((sent) => sent.attempt === attempt.attempt);
  const deadlineMs = detail.ack_deadline_ms;
  const said = verdictWords(facts, deadlineMs);
  const isTimeless = mockFacts.value?.isTimeless ?? false;
  // The clock of the mock may stand still while its handlers answer: then only the real time tells something.
  const tookMs = answerMs(facts, isTimeless) ?? wire?.took_ms;
  return (
    <details class="card attempt" open={isOpenAtFirst}>
      <summary>
        <span class="attempt-number">Attempt {attempt.attempt}</span>
        <TimeText at={attempt.started_at} />
        <OutcomeMark kind={outcomeKindOf(facts)} text={outcomeWords(facts)} />
        {(attempt.outcome || wire?.response) && <DeadlineBar ms={tookMs} deadlineMs={deadlineMs} />}
        <span class="attempt-verdict">{said}</span>
      </summary>
      {attempt.fault && (
        <p class="warn">
          The fault “{attempt.fault.rule}” was injected ({faultWords(attempt.fault)}).
        </p>
      )}
      {wire ? <WireDetails wire={wire} /> : <p class="muted">{whyNoWire(attempt)}</p>}
    </details>
  );
}

function whyNoWire({ outcome, fault }: AttemptView): string {
  if (fault?.reached === false) return 'Nothing was sent: the fault came before the handler.';
  if (!outcome) return 'It is under way.';
  if (outcome.kind === 'held') return 'Nobody listened at the other end of the relay: nothing was sent.';
  if (outcome.kind === 'refused') return `Nothing was sent: ${outcome.message}`;
  return 'What went over the wire is not kept any more.';
}

function faultWords({ kind, status, delayMs, reached }: NonNullable<AttemptView['fault']>): string {
  const parts = [
    kind,
    status === undefined ? '' : String(status),
    delayMs === undefined ? '' : `of ${duration(delayMs)}`,
    reached === undefined ? '' : reached ? 'the handler got the request' : 'the handler did not get the request',
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function WireDetails({ wire }: { wire: WireView }) {
  const { request, response, sent_at, took_ms } = wire;
  return (
    <div class="wire">
      <section>
        <h3>Request</h3>
        <p class="request-line">
          <code>
            {request.method ?? 'published to'} {request.url}
          </code>
          <span class="muted">
            sent in real time at <TimeText at={sent_at} />
          </span>
        </p>
        <HeadersTable headers={request.headers} caption="Request headers" />
        <BodyView text={request.body} what="request body" />
        {request.method !== undefined && (
          <>
            <h4>Signatures</h4>
            <SignaturePanel request={request} />
          </>
        )}
      </section>
      <section>
        <h3>Response</h3>
        {response ? (
          <>
            <p class="request-line">
              <code>{response.status}</code>
              {took_ms !== undefined && <span class="muted">after {elapsed(took_ms)} of real time</span>}
            </p>
            <HeadersTable headers={response.headers} caption="Response headers" />
            <BodyView text={response.body} what="response body" />
            {response.is_cut && <p class="muted">The handler sent more; this is the beginning.</p>}
          </>
        ) : (
          <p class="muted">{request.method === undefined ? 'Brokers only acknowledge.' : 'None came.'}</p>
        )}
      </section>
    </div>
  );
}
