import { timeOfDay } from '../../../narration/text.ts';

/** A time of the mock as the local time of day; its title has the whole of it. */
export function TimeText({ at }: { at: string }) {
  return (
    <time class="time" dateTime={at} title={at}>
      {timeOfDay(Date.parse(at))}
    </time>
  );
}
