import { defaultProfile, policyNames, profileNames, profileTable } from '../../core/profile.ts';
import { table } from '../../narration/text.ts';
import type { CommandContext } from '../command.ts';

/** `aep-mock profile`: every rule that the mock follows, for both platform generations, with where it comes from. */
export async function profile({ render }: CommandContext): Promise<number> {
  if (render.format === 'json') {
    for (const name of policyNames) render.data({ type: 'policy', name, ...profileTable[name] }, undefined);
    return 0;
  }
  const rows = policyNames.flatMap((name) => {
    const row = profileTable[name];
    const columns = profileNames.map((column) => {
      const { value, evidence, source } = row[column];
      return [`  ${column}`, typeof value === 'string' ? value : JSON.stringify(value), evidence, source];
    });
    return [render.style.bold(`${name}: ${row.help}`), table(columns)];
  });
  const head = `Rows of the profiles (default ${defaultProfile}). Override one with --policy ${policyNames[0]}=500.\n`;
  render.data({ type: 'profile' }, [head, ...rows].join('\n'));
  return 0;
}
