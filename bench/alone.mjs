// A measurement in a process of its own, because what ran before it leaves the heap and the compiled code in another state.
import { fork } from 'node:child_process';
import { once } from 'node:events';

/** Runs what a module exports under a name, and answers what it answers. */
export async function alone(module, name, ...args) {
  const child = fork(new URL(import.meta.url), [module, name, JSON.stringify(args)]);
  const [answer] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  if (typeof answer === 'number') throw new Error(`${name} of ${module} ended with ${answer}`);
  return answer;
}

if (process.send) {
  const [, , module, name, args] = process.argv;
  const exported = await import(new URL(module, import.meta.url));
  process.send(await exported[name](...JSON.parse(args)), () => process.disconnect());
}
