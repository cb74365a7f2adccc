/** Colours, or nothing where they are not wanted. */
export interface Style {
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  bold(text: string): string;
}

const sgr =
  (on: boolean, code: number) =>
  (text: string): string =>
    on ? `\x1b[${code}m${text}\x1b[0m` : text;

export function createStyle(colours: boolean): Style {
  return {
    dim: sgr(colours, 2),
    red: sgr(colours, 31),
    green: sgr(colours, 32),
    yellow: sgr(colours, 33),
    bold: sgr(colours, 1),
  };
}

/** Colours on a terminal only, unless FORCE_COLOR asks for them; NO_COLOR turns them off (no-color.org). */
export function wantsColours(isTerminal: boolean, env: Record<string, string | undefined>): boolean {
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0';
  return !env.NO_COLOR && isTerminal;
}
