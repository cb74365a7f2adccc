import { faultFilters, faultFrequencies, parseFaultText } from '../core/fault-input.ts';

const additions: ReadonlySet<string> = new Set(['name', ...faultFilters, ...faultFrequencies]);

/**
 * A rule that was given without quotes comes as one argument a word: `status=503 first=2`. What names no kind of its own belongs to the
 * rule before it, unless that one has said the same already; what comes before the first kind belongs to that.
 */
export function joinRules(args: readonly string[]): string[] {
  const rules: string[] = [];
  for (const arg of args) {
    const keys = Object.keys(parseFaultText(arg));
    const last = rules.at(-1);
    const lastKeys = last === undefined ? [] : Object.keys(parseFaultText(last));
    const isPart = isAddition(keys) || (lastKeys.length > 0 && isAddition(lastKeys));
    if (last !== undefined && isPart && !keys.some((key) => lastKeys.includes(key)))
      rules[rules.length - 1] = `${last} ${arg}`;
    else rules.push(arg);
  }
  return rules;
}

const isAddition = (keys: readonly string[]): boolean => keys.every((key) => additions.has(key));
