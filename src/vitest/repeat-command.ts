/** What is read of Vitest's description of a test, the same in versions 3 and 4. */
export interface RunningTest {
  name: string;
  suite?: { name: string; suite?: RunningTest['suite'] } | undefined;
  file: { name: string };
  result?: { state: string; errors?: unknown[] } | undefined;
}

/** The command that runs this one test again, with the variables that make it the same. */
export function repeatCommand(test: RunningTest, variables: Record<string, string>): string {
  const assignments = Object.entries(variables).map(([name, value]) => `${name}=${quoted(value)}`);
  const name = escapeRegExp(fullName(test));
  return [...assignments, 'npx vitest run', quoted(test.file.name), '-t', quoted(name)].join(' ');
}

/** As `-t` matches it: the names of the suites around it, and its own. */
function fullName({ name, suite }: Pick<RunningTest, 'name' | 'suite'>): string {
  return suite?.name ? `${fullName(suite)} ${name}` : name;
}

const escapeRegExp = (text: string): string => text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
const quoted = (text: string): string => (/^[\w./:@=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
