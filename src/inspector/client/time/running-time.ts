import { useEffect, useState } from 'preact/hooks';
import type { ClockBody } from '../../../http/control-api.ts';

/** How often a running clock is drawn. */
const tickMs = 200;

/** The mock's time at present, between two answers of it: milliseconds since the epoch. What is moved by hand stands still. */
export function useRunningTime({ now, scale }: Pick<ClockBody, 'now' | 'scale'>): number {
  const [time, setTime] = useState(() => Date.parse(now));
  useEffect(() => {
    const told = Date.parse(now);
    setTime(told);
    if (scale === undefined) return;
    const heardAt = performance.now();
    const timer = setInterval(() => setTime(told + (performance.now() - heardAt) * scale), tickMs);
    return () => clearInterval(timer);
  }, [now, scale]);
  return time;
}
