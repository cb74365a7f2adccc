import { type Sample, sparkPath } from './samples.ts';

const box = { width: 120, height: 32 };

/** A measure of the last two minutes, with its latest value as text. */
export function Sparkline({ label, value, samples }: { label: string; value: string; samples: readonly Sample[] }) {
  const most = Math.max(0, ...samples.map((sample) => sample.value));
  return (
    <div class="spark">
      <div class="measure-label">{label}</div>
      <div class="measure-value">{value}</div>
      <svg
        viewBox={`0 -2 ${box.width} ${box.height + 4}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${label} in the last two minutes: ${value} now, ${most} at most`}
      >
        <path class="spark-base" d={`M 0 ${box.height} H ${box.width}`} />
        <path class="spark-line" d={sparkPath(samples, box)} />
      </svg>
    </div>
  );
}
