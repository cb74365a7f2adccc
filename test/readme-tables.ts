import { flagOf, optionsOf, specOf, variableOf } from '../src/config/option-table.ts';
import { policyNames, profileNames, profileTable } from '../src/core/profile.ts';
import { errorCodes, hintOf } from '../src/errors.ts';

const escaped = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
const row = (cells: string[]): string => `| ${cells.join(' | ')} |`;
const table = (head: string[], rows: string[][]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
const code = (text: string): string => `\`${text}\``;

const showDefault = (value: unknown, isSecret: boolean): string => {
  if (value === undefined || (isSecret && typeof value !== 'string')) return '';
  return code(typeof value === 'string' ? value : JSON.stringify(value));
};

function optionsTable(): string {
  const rows = optionsOf.start.map((name) => {
    const { help, default: value, secret, noFlag, notInFile, kind } = specOf(name);
    const placeholder = kind.placeholder === undefined ? '' : ` ${kind.placeholder}`;
    return [
      noFlag ? '' : code(`${flagOf(name)}${placeholder}`.replaceAll('|', ' or ')),
      code(variableOf(name)),
      notInFile ? '' : code(name),
      showDefault(value, secret === true),
      escaped(help),
    ];
  });
  return table(['flag', 'variable', 'file key', 'default', ''], rows);
}

function profileRows(): string {
  const rows = policyNames.map((name) => {
    const columns = profileNames.map((column) => {
      const { value, evidence, source } = profileTable[name][column];
      const shown = code(typeof value === 'string' ? value : JSON.stringify(value));
      return `${shown} ${evidence === 'assumed' ? '**assumed**' : `*${evidence}*`}: ${escaped(source)}`;
    });
    return [code(name), escaped(profileTable[name].help), ...columns];
  });
  return table(['row', '', ...profileNames], rows);
}

function errorsTable(): string {
  return table(
    ['code', 'the way out'],
    errorCodes.map((name) => [code(name), escaped(hintOf(name))]),
  );
}

/** The README's tables, derived from the declarations in the code. */
export const readmeTables = { options: optionsTable, profile: profileRows, errors: errorsTable };
