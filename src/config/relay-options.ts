import { resolveTypes } from '../events/catalog.ts';
import { parseForwardTarget } from '../relay/forward-target.ts';
import { type Kind, list, text } from './option-kind.ts';

/** The kind, with a further look at what it read. */
function checked<T>(kind: Kind<T>, look: (value: T, where: string) => void): Kind<T> {
  const through = (value: T, where: string): T => {
    look(value, where);
    return value;
  };
  return {
    ...kind,
    parse: (texts, where) => through(kind.parse(texts, where), where),
    read: (value, where) => through(kind.read(value, where), where),
  };
}

/** A local handler, as `parseForwardTarget` reads it. */
export const forwardTarget: Kind<string> = checked(text('target'), (value, where) => {
  parseForwardTarget(value, where);
});

/** Event types, short names and wildcards, all of them known. */
export const eventTypes: Kind<string[]> = checked(list('types'), (patterns) => {
  for (const pattern of patterns) resolveTypes(pattern);
});
