import type { DeliveryDetail } from '../../../http/inspect-api.ts';
import { duration } from '../../../narration/text.ts';
import { outcomeKindOf, outcomeSigns } from '../parts/outcome-kind.ts';
import { TimeText } from '../parts/time-text.tsx';
import { attemptFacts } from './attempt-facts.ts';
import { type AxisPoint, placeOnAxis } from './place-on-axis.ts';

/** The attempts to scale on the mock's time, with the waits between them; the list below the axis says the same in full. */
export function AttemptAxis({ delivery }: Pick<DeliveryDetail, 'delivery'>) {
  const { attempts, due_at } = delivery;
  const times = attempts.map(({ started_at }) => Date.parse(started_at));
  const { points, waits } = placeOnAxis(due_at === undefined ? times : [...times, Date.parse(due_at)]);
  if (points.length < 2) return null;
  return (
    <div class="axis" aria-hidden="true">
      <div class="axis-line" />
      {waits.map(({ left, width, ms }) => (
        <span
          key={left}
          class={`axis-wait ${width < 8 ? 'tight' : ''}`}
          style={{ left: `${left}%`, width: `${width}%` }}
          title={duration(ms)}
        >
          <span>{duration(ms)}</span>
        </span>
      ))}
      {points.map((point, i) => (
        <Marker key={point.at} point={point} attempt={attempts[i]} number={i + 1} />
      ))}
      <div class="axis-ends">
        <TimeText at={isoOf(points[0])} />
        <TimeText at={isoOf(points.at(-1))} />
      </div>
    </div>
  );
}

const isoOf = (point: AxisPoint | undefined): string => new Date(point?.at ?? 0).toISOString();

interface MarkerProps {
  point: AxisPoint;
  /** Absent for one that is still to come. */
  attempt: DeliveryDetail['delivery']['attempts'][number] | undefined;
  number: number;
}

function Marker({ point, attempt, number }: MarkerProps) {
  const kind = attempt && outcomeKindOf(attemptFacts(attempt));
  const tone = kind === undefined ? 'due' : outcomeSigns[kind].tone;
  return (
    <span
      class={`axis-marker ${tone}`}
      style={{ left: `${point.left}%` }}
      title={attempt ? `attempt ${number}` : 'the next attempt is due'}
    >
      {number}
      <span class="sign">{kind === undefined ? '' : outcomeSigns[kind].sign}</span>
    </span>
  );
}
