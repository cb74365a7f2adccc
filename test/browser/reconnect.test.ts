import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { startForwarder } from '../runtime/forwarder.ts';
import { startAnswering } from './handlers.ts';
import { newContext, openInspector } from './inspector.ts';
import { connection, deliveriesShown, liveRows } from './live-table.ts';
import { goTo } from './pages.ts';
import { type Server, startServer, virtual } from './server.ts';

/** What a browser says of a connection that is lost. */
const lost = [
  /net::ERR_(CONNECTION_(REFUSED|RESET|CLOSED)|INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED)/,
];
/** All rows are in sight. */
const tall = { width: 1280, height: 4_000 };

const subscribe = async (mock: Server): Promise<void> => {
  const { url } = await startAnswering(() => 200);
  await mock.subscribe({ url, events: ['product.updated'] });
};

/** `d5`, `d4`… to `d1` */
const downFrom = (latest: number): string[] => Array.from({ length: latest }, (_, i) => `d${latest - i}`);

it('after a restart of the mock on its port the page goes on with the new run, each row once', async () => {
  const first = await startServer(virtual);
  await subscribe(first);
  await first.publish({ types: ['product.updated'], count: 3 });
  const page = await openInspector(first, { expected: lost, viewport: tall });
  await expect.poll(() => deliveriesShown(page)).toEqual(downFrom(3));

  await first.stop('SIGKILL');
  await connection(page, /connection lost/).waitFor();
  const again = await startServer(virtual, { port: Number(new URL(first.url).port) });
  await subscribe(again);
  await again.publish({ types: ['product.updated'], count: 2 });

  await liveRows(page).getByText('another run of the mock begins here').waitFor();
  await connection(page, /connected$/).waitFor();
  await again.publish({ types: ['product.updated'], count: 2 });
  await expect.poll(() => deliveriesShown(page)).toEqual(downFrom(4));
});

it('after connections that are dropped the page has every row exactly once', async () => {
  const mock = await startServer(virtual);
  await subscribe(mock);
  const { host } = new URL(mock.url);
  const network = await startForwarder(host);
  const page = await openInspector({ url: `http://${network.address}` }, { expected: lost, viewport: tall });
  for (let round = 1; round <= 3; round++) {
    await mock.publish({ types: ['product.updated'], count: 10 });
    network.to(undefined);
    await connection(page, /connection lost/).waitFor();
    await mock.publish({ types: ['product.updated'], count: 10 });
    network.to(host);
    await connection(page, /connected$/).waitFor();
    await mock.publish({ types: ['product.updated'], count: 10 });
    await expect.poll(() => deliveriesShown(page)).toEqual(downFrom(30 * round));
  }
});

/** Puts a page into the background, or back. Browsers without a window show every page. */
const setVisibility = (page: Page, state: 'visible' | 'hidden'): Promise<void> =>
  page.evaluate((to) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => to });
    document.dispatchEvent(new Event('visibilitychange'));
  }, state);

it('tabs in the background leave the browser’s few connections to the one in sight, and miss nothing', async () => {
  const mock = await startServer(virtual);
  await subscribe(mock);
  await mock.publish({ types: ['product.updated'], count: 3 });
  const { context } = await newContext(mock, { viewport: tall });
  const pages: Page[] = [];
  for (let n = 0; n < 8; n++) {
    const page = await context.newPage();
    await page.goto(mock.url);
    await expect.poll(() => deliveriesShown(page)).toEqual(downFrom(3));
    await setVisibility(page, 'hidden');
    pages.push(page);
  }
  await mock.publish({ types: ['product.updated'], count: 2 });
  for (const page of pages.slice(0, 2)) {
    expect(await deliveriesShown(page)).toEqual(downFrom(3));
    await setVisibility(page, 'visible');
    await expect.poll(() => deliveriesShown(page)).toEqual(downFrom(5));
  }
});

it('an answer that ends in the middle is said to be none, and the next one counts', async () => {
  const mock = await startServer(virtual);
  const page = await openInspector(mock);
  await page.route('**/_mock/clock', (route) =>
    route.fulfill({ contentType: 'application/json', body: '{"kind":"virt' }),
  );
  await goTo(page, 'Time');
  await page.getByRole('main').getByText('the mock does not answer').waitFor();
  await page.unroute('**/_mock/clock');
  await page.getByRole('button', { name: 'Next timer' }).waitFor();
});
