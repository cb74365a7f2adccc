import type { Page } from 'playwright-core';

/** Every page that the navigation names, by the words that lead to it. */
export const pageTitles = ['Live', 'Subscriptions', 'Publish', 'Time', 'Logs and outbox'] as const;
export type PageTitle = (typeof pageTitles)[number];

/** Goes to a page as a user does, and waits until its heading is there. */
export async function goTo(page: Page, title: PageTitle): Promise<void> {
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: title, exact: true }).click();
  await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
}

/** Opens a delivery by its address, as from a bookmark, and waits until it is shown. */
export async function goToDelivery(page: Page, id: string): Promise<void> {
  await goToHash(page, `#/deliveries/${id}`);
}

/** Opens a subscription by its address. */
export async function goToSubscription(page: Page, id: string): Promise<void> {
  await goToHash(page, `#/subscriptions/${id}`);
}

async function goToHash(page: Page, hash: string): Promise<void> {
  await page.evaluate((to) => {
    location.hash = to;
  }, hash);
  await page.getByRole('main').waitFor();
}
