import type { Renderer } from './render.ts';
import type { Summary } from './summary.ts';

/** Prints what a run did, at its end. */
export function renderSummary(summary: Summary, now: number, render: Renderer): void {
  render.data({ type: 'summary', ...summary.json(now) }, `\n${summary.lines(now).join('\n')}`);
}
