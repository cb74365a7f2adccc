/** The instructions of a Dockerfile in order, as `{ name, text }`: comments left out, continued lines joined. */
export function instructionsIn(dockerfile) {
  const lines = dockerfile.split('\n').filter((line) => !/^\s*(#|$)/.test(line));
  const joined = lines
    .join('\n')
    .replace(/\\\n\s*/g, '')
    .split('\n');
  return joined.map((line) => {
    const [, name, text] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
    if (name === undefined) throw new Error(`this is no instruction of a Dockerfile: ${line}`);
    return { name: name.toUpperCase(), text };
  });
}
