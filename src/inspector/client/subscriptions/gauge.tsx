import { count, percent } from '../../../narration/text.ts';
import { arc, type Health, linePosition, readGauge } from './gauge-geometry.ts';
import { healthWords, lineWords, standingWords } from './health-words.ts';

const middle = { x: 60, y: 58 };
const circle = { ...middle, radius: 48 };
const signs = { counting: '·', fine: '✓', near: '!', over: '×' };

/** The success rate against the line at which the platform suspends; of what is stopped, as it was by then. */
export function Gauge({ health, isStopped }: { health: Health; isStopped: boolean }) {
  const reading = readGauge(health);
  const { filled, standing } = reading;
  return (
    <div class={`gauge ${standing}`}>
      <div class="gauge-dial">
        <meter
          class="visually-hidden"
          min={0}
          max={100}
          value={Math.floor(health.successRate * 1000) / 10}
          aria-label="Success rate"
          aria-valuetext={healthWords(health)}
        />
        <svg viewBox="0 0 120 64" aria-hidden="true">
          <path class="gauge-danger" d={arc(circle, 0, linePosition)} />
          <path class="gauge-track" d={arc(circle, linePosition, 1)} />
          {filled > 0 && <path class="gauge-filled" d={arc(circle, 0, filled)} />}
          <path class="gauge-line" d={lineAt(linePosition)} />
        </svg>
        <span class="gauge-value" aria-hidden="true">
          {percent(health.successRate)}
        </span>
      </div>
      <p class="gauge-standing">
        <span aria-hidden="true">{signs[standing]} </span>
        {standingWords(reading)}
      </p>
      <p class="muted">
        {lineWords(health)}
        <br />
        {count(health.requests, 'request')} {isStopped ? 'by then' : 'in the last hour'}
      </p>
    </div>
  );
}

/** A stroke across the arc. */
function lineAt(share: number): string {
  const [inner, outer] = [40, 56].map((radius) =>
    arc({ ...middle, radius }, share, share)
      .split(' A ')[0]
      ?.slice(2),
  );
  return `M ${inner} L ${outer}`;
}
