/** The event types, grouped by what they are about. */
import type { EventTypesBody } from '../../../http/inspect-api.ts';

export type EventTypeItem = EventTypesBody['items'][number];

interface TypeGroup {
  /** `product`, `workflow`. */
  family: string;
  types: EventTypeItem[];
}

/** Those that have every word of the search in their name, in the order in which the mock lists them. */
export function typeGroups(items: readonly EventTypeItem[], search: string): TypeGroup[] {
  const words = search.toLowerCase().split(/\s+/);
  const groups = new Map<string, TypeGroup>();
  for (const item of items) {
    const name = item.type.toLowerCase();
    if (!words.every((word) => name.includes(word))) continue;
    const [family = item.short_name] = item.short_name.split('.');
    const group = groups.get(family) ?? { family, types: [] };
    groups.set(family, group);
    group.types.push(item);
  }
  return [...groups.values()];
}
