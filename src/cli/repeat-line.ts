import { flagOf, type OptionName, specOf } from '../config/option-table.ts';
import { shellWord } from '../narration/shell-word.ts';

type Given = Record<string, string | string[] | boolean | undefined>;

/** Where the line says so itself, or where it makes no difference. */
const leftOut: readonly OptionName[] = ['seed', 'readyFile'];

/**
 * The command line that has a run again: the flags as they were given and the seed, behind them the command that was run. A secret is
 * left to whoever has it; what the environment and the config file say is still there.
 */
export function repeatLine(command: string, names: readonly OptionName[], flags: Given, run: readonly string[] = []) {
  return (seed: number): string => {
    const given = names.filter((name) => !leftOut.includes(name)).flatMap((name) => flagTexts(name, flags));
    const words = ['aep-mock', command, '--seed', String(seed), ...given, ...(run.length > 0 ? ['--', ...run] : [])];
    return words.map(shellWord).join(' ');
  };
}

function flagTexts(name: OptionName, flags: Given): string[] {
  const spec = specOf(name);
  const value = flags[spec.flag ?? name];
  if (value === undefined || value === false) return [];
  if (value === true) return [flagOf(name)];
  return [value].flat().flatMap((text) => [flagOf(name), spec.secret ? 'SECRET' : text]);
}
