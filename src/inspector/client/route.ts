/** Where one is on the page: behind the `#` of the address, so that a reload and a bookmark come back to it. */
import { signal } from '@preact/signals';

export const pageNames = ['live', 'subscriptions', 'publish', 'time', 'logs'] as const;
export type PageName = (typeof pageNames)[number];

/** A page, or one delivery, event or subscription by its id. */
export type Route = { page: PageName } | { page: 'delivery' | 'event' | 'subscription'; id: string };

const paths = { deliveries: 'delivery', events: 'event', subscriptions: 'subscription' } as const;
const isPath = (name: string): name is keyof typeof paths => Object.hasOwn(paths, name);

export function routeOf(hash: string): Route {
  const [path = ''] = hash.replace(/^#\/?/, '').split('?');
  const [first = '', second = ''] = path.split('/');
  if (second !== '' && isPath(first)) return { page: paths[first], id: decoded(second) };
  return { page: pageNames.find((name) => name === first) ?? 'live' };
}

/** What stands behind the `?` of the part that is behind the `#`. */
const queryOf = (hash: string): URLSearchParams => new URLSearchParams(hash.split('?')[1] ?? '');

export const linkTo = {
  page: (name: PageName): string => `#/${name}`,
  delivery: (id: string): string => `#/deliveries/${encodeURIComponent(id)}`,
  event: (id: string): string => `#/events/${encodeURIComponent(id)}`,
  subscription: (id: string): string => `#/subscriptions/${encodeURIComponent(id)}`,
};

export const route = signal<Route>(routeOf(location.hash));
/** The filters and the like of the page, as the address has them. */
export const query = signal(queryOf(location.hash));

/** Whether there is a page of the inspector to go back to. */
let hasBefore = false;

addEventListener('hashchange', () => {
  hasBefore = true;
  const next = routeOf(location.hash);
  if (JSON.stringify(next) !== JSON.stringify(route.value)) route.value = next;
  query.value = queryOf(location.hash);
});

export const goTo = (link: string): void => {
  location.hash = link;
};

/** To where one came from, with its filters; whoever came by a bookmark gets to the live page. */
export function goBack(): void {
  if (hasBefore) history.back();
  else goTo(linkTo.page('live'));
}

/** Changes what stands in the address without a step of history: an empty value takes a name out. */
export function changeQuery(changes: Record<string, string>): void {
  const next = new URLSearchParams(query.value);
  for (const [name, value] of Object.entries(changes)) {
    if (value === '') next.delete(name);
    else next.set(name, value);
  }
  const [path = ''] = location.hash.split('?');
  const text = next.toString();
  history.replaceState(history.state, '', `${path === '' ? '#/live' : path}${text === '' ? '' : `?${text}`}`);
  query.value = next;
}

/** What is no valid encoding is taken as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
