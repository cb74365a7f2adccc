import type { EventBody, WhyBody } from '../../../http/control-api.ts';
import { shortType } from '../../../narration/text.ts';
import { useKeys } from '../keyboard.ts';
import { Page } from '../page.tsx';
import { FactsList } from '../parts/facts-list.tsx';
import { FailureView } from '../parts/failure-view.tsx';
import { BodyView } from '../parts/json-view.tsx';
import { TimeText } from '../parts/time-text.tsx';
import { isAbout, useLoaded } from '../parts/use-loaded.ts';
import { goBack } from '../route.ts';
import { WhyList } from './why-list.tsx';

/** One event: who took it, and why others did not. */
export function EventPage({ id }: { id: string }) {
  const changes = isAbout('event_id', id);
  const why = useLoaded<WhyBody>(`/_mock/why?${new URLSearchParams({ event_id: id })}`, changes);
  const { value } = useLoaded<EventBody>(`/_mock/events/${encodeURIComponent(id)}`);
  useKeys({ Escape: goBack });
  return (
    <Page title={why.value ? shortType(why.value.event_type) : 'Event'} className="event">
      {why.failure && <FailureView failure={why.failure} />}
      {why.value && (
        <>
          <FactsList
            facts={[
              ['Event', <code>{why.value.event_id}</code>],
              ['Type', why.value.event_type],
              ['Published', <TimeText at={why.value.published_at} />],
            ]}
          />
          <h2>Who took it, and why others did not</h2>
          <WhyList items={why.value.items} />
        </>
      )}
      {value && (
        <>
          <h2>As it was published</h2>
          <BodyView text={JSON.stringify(value.event)} what="event" />
        </>
      )}
    </Page>
  );
}
