import { type Command, Option } from 'commander';
import { readConfigFile } from '../config/config-file.ts';
import { flagOf, type OptionName, specOf, variableOf } from '../config/option-table.ts';
import { type OptionSources, type Resolved, resolveOptions } from '../config/options.ts';

const collect = (text: string, before: string[] | undefined): string[] => [...(before ?? []), text];

function optionFor(name: OptionName): Option {
  const { kind, help, group, default: fallback, secret } = specOf(name);
  const flag = kind.placeholder === undefined ? flagOf(name) : `${flagOf(name)} <${kind.placeholder}>`;
  const shown = ['string', 'number'].includes(typeof fallback) && !secret ? `default: ${fallback}, ` : '';
  const option = new Option(flag, `${help} (${shown}${variableOf(name)})`).helpGroup(`${group}:`);
  return kind.repeatable ? option.argParser(collect) : option;
}

/** Adds the flags of the option table to a command. */
export function declareOptions(command: Command, names: readonly OptionName[]): Command {
  for (const name of names) if (!specOf(name).noFlag) command.addOption(optionFor(name));
  return command;
}

/** The options of a command with their values, from its flags, the environment and the config file. */
export function settingsOf<Name extends OptionName>(
  names: readonly Name[],
  flags: NonNullable<OptionSources['flags']>,
  env: Record<string, string | undefined>,
): { options: Resolved<Name>; file: string | undefined } {
  const { config } = resolveOptions(['config'], { env, flags });
  const file = readConfigFile(config.value);
  return { options: resolveOptions(names, { file, env, flags }), file: file?.path };
}
