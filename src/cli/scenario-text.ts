import type { ResolvedScenario } from '../config/resolve-scenario.ts';
import { count } from '../narration/text.ts';

/** What is injected, with its numbers, in one line. */
export function scenarioText({ name, disorder, faults }: ResolvedScenario): string {
  const { duplicates, shuffle, order } = disorder;
  const parts = [
    duplicates > 0 ? `${Number((duplicates * 100).toPrecision(3))} % duplicates` : '',
    shuffle > 0 ? `shuffled within ${shuffle}` : '',
    order === 'fifo' ? 'in order' : '',
    faults.length > 0 ? count(faults.length, 'fault rule') : '',
  ].filter((part) => part !== '');
  return `${name}: ${parts.length > 0 ? parts.join(', ') : 'nothing is injected'}`;
}
