/** Where one is on the page: behind the `#` of the address, so that a reload and a bookmark come back to it. */
import { signal } from '@preact/signals';

export const pageNames = ['live', 'subscriptions', 'publish', 'time', 'logs'] as const;
export type PageName = (typeof pageNames)[number];

/** A page, or one delivery or subscription by its id. */
export type Route = { page: PageName } | { page: 'delivery'; id: string } | { page: 'subscription'; id: string };

const paths = { deliveries: 'delivery', subscriptions: 'subscription' } as const;

export function routeOf(hash: string): Route {
  const [first = '', second] = hash.replace(/^#\/?/, '').split('/');
  if (second !== undefined && second !== '' && (first === 'deliveries' || first === 'subscriptions'))
    return { page: paths[first], id: decodeURIComponent(second) };
  return { page: pageNames.find((name) => name === first) ?? 'live' };
}

export const linkTo = {
  page: (name: PageName): string => `#/${name}`,
  delivery: (id: string): string => `#/deliveries/${encodeURIComponent(id)}`,
  subscription: (id: string): string => `#/subscriptions/${encodeURIComponent(id)}`,
};

export const route = signal<Route>(routeOf(location.hash));
addEventListener('hashchange', () => {
  route.value = routeOf(location.hash);
});

export const goTo = (link: string): void => {
  location.hash = link;
};
