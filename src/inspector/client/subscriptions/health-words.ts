import { count, percent } from '../../../narration/text.ts';
import { type GaugeReading, type Health, readGauge, successMeasure } from './gauge-geometry.ts';

const measureNames: Record<string, string> = { '5xx': '5xx answers', '429': '429 answers', timeout: 'timeouts' };

/** What the line is about: `5xx answers 2.1 % of at most 5 %`. */
export function lineWords({ nearest: { measure, value, limit } }: Health): string {
  return measure === successMeasure
    ? `suspended under ${percent(limit)}`
    : `${measureNames[measure] ?? measure} ${percent(value)} of at most ${percent(limit)}`;
}

/** Where it stands, in words: colour is never the only signal. */
export function standingWords({ standing, missingRequests }: GaugeReading): string {
  switch (standing) {
    case 'counting':
      return `${count(missingRequests, 'more request')} until it counts`;
    case 'fine':
      return 'fine';
    case 'near':
      return 'near the line';
    case 'over':
      return 'over the line';
  }
}

/** The whole of it for who does not see the gauge. */
export function healthWords(health: Health): string {
  const requests = health.requests === 0 ? 'no requests yet' : count(health.requests, 'request');
  return `${percent(health.successRate)} success, ${requests}; ${lineWords(health)}; ${standingWords(readGauge(health))}`;
}
