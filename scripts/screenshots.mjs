// Takes a picture of each page of the inspector, light and dark: `npm run screenshots`. The README shows two of them; git ignores the rest.
import { mkdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { chromiumOptions } from './chromium.mjs';
import { startShop } from './shop-scenario.mjs';

const folder = fileURLToPath(new URL('../docs/inspector', import.meta.url));
const largestBytes = 200_000;
const wide = { width: 1280, height: 800 };
const narrow = { width: 360, height: 740 };

const shop = await startShop();
const { mock, stock } = shop;
const [retried] = mock.deliveries(({ attempts, state }) => attempts.length > 1 && state === 'delivered');
/** Where each page is, by the name of its picture, and what says that all of it is there. */
const pages = {
  live: { at: '#/live', shown: (page) => page.getByRole('row').nth(10) },
  delivery: { at: `#/deliveries/${retried.id}`, shown: (page) => page.getByText('Signatures').last() },
  subscriptions: { at: '#/subscriptions', shown: (page) => page.getByRole('article').nth(3) },
  subscription: { at: `#/subscriptions/${stock.id}`, shown: (page) => page.getByText('None in force') },
  publish: { at: '#/publish', shown: (page) => page.getByText('It fits the schema') },
  time: { at: '#/time', shown: (page) => page.getByRole('cell').first() },
  logs: { at: '#/logs', shown: (page) => page.locator('summary').first() },
};

const browser = await chromium.launch(chromiumOptions());
mkdirSync(folder, { recursive: true });

async function take(name, colorScheme, viewport, suffix = colorScheme) {
  const context = await browser.newContext({ viewport, colorScheme, timezoneId: 'UTC', reducedMotion: 'reduce' });
  const page = await context.newPage();
  const { at, shown } = pages[name];
  await page.goto(`${mock.url}/${at}`);
  await shown(page).waitFor();
  const path = `${folder}/${name}-${suffix}.png`;
  await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
  await context.close();
  const { size } = statSync(path);
  console.log(`${path}  ${Math.round(size / 1_000)} kB`);
  if (size > largestBytes) throw new Error(`${path} is over ${largestBytes / 1_000} kB`);
}

try {
  for (const name of Object.keys(pages)) {
    for (const colorScheme of ['light', 'dark']) await take(name, colorScheme, wide);
  }
  await take('live', 'light', narrow, 'narrow');
} finally {
  await browser.close();
  await shop.close();
}
