import type { Locator, Page } from 'playwright-core';

/** The rows of the live page that are drawn, newest first, without the head. */
export const liveRows = (page: Page): Locator =>
  page
    .getByRole('grid', { name: 'Deliveries, newest first' })
    .getByRole('row')
    .filter({ has: page.getByRole('gridcell') });

/** The ids of the deliveries of the rows that are drawn, newest first: each attempt is one. */
export const deliveriesShown = (page: Page): Promise<string[]> =>
  liveRows(page)
    .locator('a')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href')?.split('/').at(-1) ?? ''));

/** How many rows the table has, drawn or not. */
export const rowCount = async (page: Page): Promise<number> =>
  Number(await page.getByRole('grid').getAttribute('aria-rowcount')) - 1;

/** What the page says of its connection to the mock. */
export const connection = (page: Page, words: RegExp): Locator => page.getByRole('status').filter({ hasText: words });
