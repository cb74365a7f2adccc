// Takes a picture of each page of the inspector, light and dark: `npm run screenshots`. The README shows two of them; git ignores the rest.
import { mkdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { chromiumOptions } from './chromium.mjs';
import { startShop } from './shop-scenario.mjs';

const folder = fileURLToPath(new URL('../docs/inspector', import.meta.url));
const largestBytes = 160_000;
const wide = { width: 1280, height: 720 };
const narrow = { width: 360, height: 740 };

/** Where each page is, by the name of its picture, and what says that all of it is there. */
const pages = {
  live: { at: '#/live', shown: (page) => page.getByRole('row').nth(10) },
  delivery: {
    at: ({ mock }) => {
      const [retried] = mock.deliveries(({ attempts, state }) => attempts.length > 1 && state === 'delivered');
      return `#/deliveries/${retried.id}`;
    },
    shown: (page) => page.getByText('Signatures').last(),
  },
  subscriptions: { at: '#/subscriptions', shown: (page) => page.getByRole('article').nth(3) },
  subscription: {
    at: ({ stock }) => `#/subscriptions/${stock.id}`,
    shown: (page) => page.getByText('None in force'),
  },
  publish: { at: '#/publish', shown: (page) => page.getByText('It fits the schema') },
  logs: { at: '#/logs', shown: (page) => page.locator('summary').first() },
  // Only virtual time can be moved, which is most of this page.
  time: { at: '#/time', shown: (page) => page.getByRole('cell').first(), virtual: true },
};

const browser = await chromium.launch(chromiumOptions());
mkdirSync(folder, { recursive: true });

async function take(shop, name, { colorScheme = 'light', viewport = wide, suffix = colorScheme } = {}) {
  const { at, shown } = pages[name];
  const context = await browser.newContext({ viewport, colorScheme, timezoneId: 'UTC', reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(`${shop.mock.url}/${typeof at === 'string' ? at : at(shop)}`);
  await shown(page).waitFor();
  const path = `${folder}/${name}-${suffix}.png`;
  await page.screenshot({ path, animations: 'disabled' });
  await context.close();
  const { size } = statSync(path);
  console.log(`${path}  ${Math.round(size / 1_000)} kB`);
  if (size > largestBytes) process.exitCode = 1;
}

try {
  for (const virtual of [false, true]) {
    const shop = await startShop({ virtual });
    for (const [name, page] of Object.entries(pages)) {
      if ((page.virtual ?? false) !== virtual) continue;
      for (const colorScheme of ['light', 'dark']) await take(shop, name, { colorScheme });
    }
    if (!virtual) await take(shop, 'live', { viewport: narrow, suffix: 'narrow' });
    await shop.close();
  }
} finally {
  await browser.close();
}
if (process.exitCode) console.error(`a picture is larger than ${largestBytes / 1_000} kB`);
