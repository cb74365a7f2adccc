import type { ClockBody } from '../../../http/control-api.ts';
import { Page } from '../page.tsx';
import { usePolled } from '../polled.ts';
import { Problems } from '../problems.tsx';
import { ClockControls } from './clock-controls.tsx';
import { ClockFace } from './clock-face.tsx';
import { ScheduledDeliveries } from './scheduled-deliveries.tsx';

export function TimePage() {
  const clock = usePolled<ClockBody>('/_mock/clock');
  const answer = clock.answer.value;
  return (
    <Page title="Time">
      <Problems of={clock.failure.value?.problems ?? []} />
      {answer && (
        <>
          <ClockFace clock={answer} />
          <ClockControls kind={answer.kind} onMoved={() => void clock.refresh()} />
          <ScheduledDeliveries now={answer.now} pending={answer.pending_timers} />
        </>
      )}
    </Page>
  );
}
