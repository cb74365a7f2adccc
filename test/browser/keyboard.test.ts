import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { startAnswering } from './handlers.ts';
import { openInspector } from './inspector.ts';
import { deliveriesShown } from './live-table.ts';
import { startServer, virtual } from './server.ts';

/** The live page with three deliveries, the latest first. */
async function open() {
  const mock = await startServer(virtual);
  const handler = await startAnswering(() => 200);
  await mock.subscribe({ url: handler.url, events: ['product.updated'] });
  await mock.publish({ types: ['product.updated'], count: 3 });
  const page = await openInspector(mock);
  await expect.poll(() => deliveriesShown(page)).toEqual(['d3', 'd2', 'd1']);
  return { mock, handler, page };
}

const selected = (page: Page) => page.locator('[role=row][aria-selected=true] a').getAttribute('href');

it('j and k go down and up the table, Enter opens the delivery, Esc comes back to the row', async () => {
  const { page } = await open();
  await page.keyboard.press('j');
  await expect.poll(() => selected(page)).toBe('#/deliveries/d3');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await expect.poll(() => selected(page)).toBe('#/deliveries/d1');
  await page.keyboard.press('k');
  await expect.poll(() => selected(page)).toBe('#/deliveries/d2');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Delivery d2' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { level: 1, name: 'Live', exact: true }).waitFor();
  await expect.poll(() => selected(page)).toBe('#/deliveries/d2');
  await page.keyboard.press('k');
  await expect.poll(() => selected(page)).toBe('#/deliveries/d3');
});

it('a page has its keys as soon as it is there', async () => {
  const { page } = await open();
  await page.keyboard.press('j');
  await expect.poll(() => selected(page)).toBe('#/deliveries/d3');
  const escaped = page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        new MutationObserver((_, observer) => {
          if (document.querySelector('h1')?.textContent !== 'Delivery d3') return;
          observer.disconnect();
          dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
          resolve();
        }).observe(document, { childList: true, subtree: true });
      }),
  );
  await page.keyboard.press('Enter');
  await escaped;
  await page.getByRole('heading', { level: 1, name: 'Live', exact: true }).waitFor();
});

it('r resends the selected delivery, in the table and on its page', async () => {
  const { handler, page } = await open();
  await page.keyboard.press('j');
  await expect.poll(() => selected(page)).toBe('#/deliveries/d3');
  await page.keyboard.press('r');
  await page.getByText('d3 resent: it is delivery d4').waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Resend', exact: true }).waitFor();
  await page.keyboard.press('r');
  await page.getByText('d3 resent: it is delivery d5').waitFor();
  // The question whether the handler is there, and five deliveries.
  await handler.waitFor(6);
});

it('/ goes to the filter, where the keys are letters, and Esc leaves it', async () => {
  const { page } = await open();
  await page.keyboard.press('/');
  await page.keyboard.type('jkr?/');
  expect(await page.getByRole('searchbox', { name: 'Text' }).inputValue()).toBe('jkr?/');
  await page.keyboard.press('Escape');
  expect(
    await page.getByRole('searchbox', { name: 'Text' }).evaluate((field) => field === document.activeElement),
  ).toBe(false);
});

it('? shows what the keys do, and Esc closes it and gives the focus back', async () => {
  const { page } = await open();
  await page.keyboard.press('j');
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keyboard' });
  await help.waitFor();
  await page.keyboard.press('Escape');
  await help.waitFor({ state: 'hidden' });
  await page.keyboard.press('j');
  await expect.poll(() => selected(page)).toBe('#/deliveries/d2');
});

it('every control of the live page is reached with Tab, and where one is can be seen', async () => {
  const { page } = await open();
  const reached: string[] = [];
  for (let n = 0; n < 20; n++) {
    await page.keyboard.press('Tab');
    reached.push(
      await page.evaluate(() => {
        const { activeElement: at } = document;
        if (!at || at === document.body) return '';
        const name = at.getAttribute('role') ?? at.tagName.toLowerCase();
        return getComputedStyle(at).outlineStyle === 'none' ? `${name} without an outline` : name;
      }),
    );
  }
  expect(new Set(reached)).toEqual(new Set(['a', 'button', 'select', 'input', 'row', '']));
});
