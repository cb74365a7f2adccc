// Keeps of the type declarations what the public entries lead to, and makes sure that a user's compiler can read all of it.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';

// Every way in which a declaration file names another module: from '…', import '…', import('…').
const specifiers = /(?<=^(?:import|export)\b[^'";]*\bfrom |^import |\bimport\()(['"])([^'"]+)\1/gm;

/** The files that an entry leads to, with what they import of others: `{ files, packages: [{ name, file }] }`. */
function reachableFrom(directory, entry) {
  const files = new Set([entry]);
  const packages = [];
  for (const file of files) {
    for (const [, , name] of readFileSync(join(directory, file), 'utf8').matchAll(specifiers)) {
      if (name.startsWith('.')) files.add(posix.join(posix.dirname(file), name).replace(/\.[jt]s$/, '.d.ts'));
      else packages.push({ name, file });
    }
  }
  return { files, packages };
}

/**
 * Removes from `directory` every declaration that no entry leads to. `entries` has the packages that each may import besides Node's
 * built-ins; another one would be missing where the package is installed, and every type that comes from it would silently be `any`.
 */
export function keepReachable(directory, entries) {
  const kept = new Set();
  for (const [entry, allowed] of Object.entries(entries)) {
    const { files, packages } = reachableFrom(directory, entry);
    const foreign = packages.filter(({ name }) => !name.startsWith('node:') && !allowed.includes(name));
    if (foreign.length > 0) {
      const list = foreign.map(({ name, file }) => `  ${file} imports ${name}`).join('\n');
      throw new Error(`the types of ${entry} need what is not installed with the package:\n${list}`);
    }
    for (const file of files) kept.add(file);
  }
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile()) continue;
    const file = path.slice(directory.length + 1).replaceAll('\\', '/');
    if (!kept.has(file)) rmSync(path);
    else writeFileSync(path, withJavaScriptNames(readFileSync(path, 'utf8')));
  }
  removeEmpty(directory);
}

/** The declarations of one entry once more, elsewhere: a nearby package.json makes them those of CommonJS modules. */
export function copyReachable(directory, entry, target) {
  for (const file of reachableFrom(directory, entry).files) cpSync(join(directory, file), join(target, file));
}

/** The compiler leaves `./file.ts` in declarations as it is, and older ones cannot follow that. */
const withJavaScriptNames = (text) =>
  text.replace(specifiers, (named, quote, name) =>
    name.startsWith('.') ? `${quote}${name.replace(/\.ts$/, '.js')}${quote}` : named,
  );

function removeEmpty(directory) {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) removeEmpty(join(directory, entry.name));
  }
  if (readdirSync(directory).length === 0) rmSync(directory, { recursive: true });
}
