/** A text as a POSIX shell takes it for one word: between single quotes nothing has a meaning, and a single quote cannot stand there. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
