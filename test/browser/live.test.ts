import { describe, expect, it } from 'vitest';
import { startAnswering } from './handlers.ts';
import { openInspector } from './inspector.ts';
import { deliveriesShown, liveRows, rowCount } from './live-table.ts';
import { startServer, virtual } from './server.ts';

const withHandler = async (args: readonly string[] = [], statusOf: (n: number) => number = () => 200) => {
  const mock = await startServer(args);
  const handler = await startAnswering(statusOf);
  const { id: subscription } = await mock.subscribe({ url: handler.url, events: ['product.*', 'category.*'] });
  return { mock, handler, subscription };
};

it('an event that is published arrives as a row, with its outcome and its answer time', async () => {
  const { mock, handler } = await withHandler();
  const page = await openInspector(mock);
  await mock.publish({ types: ['product.updated'] });
  const row = liveRows(page).filter({ hasText: 'product.updated' });
  await row.getByText('200').waitFor();
  await row.getByText(handler.url).waitFor();
  await row.getByText(/^\d+(\.\d+)?ms$/).waitFor();
});

it('an attempt that fails says what the platform does now, and the retry is a row of its own', async () => {
  const { mock } = await withHandler(virtual, (n) => (n === 1 ? 503 : 200));
  const page = await openInspector(mock);
  await mock.publish({ types: ['product.updated'] });
  await liveRows(page).getByText('retry 1/3 in 5m').waitFor();
  await mock.control.post('/_mock/clock/advance', { by: '5m' });
  await liveRows(page).filter({ hasText: '200' }).waitFor();
  expect(await deliveriesShown(page)).toEqual(['d1', 'd1']);
});

describe('the table', () => {
  it('shows what fits the filter, by type, outcome, subscription and text, and keeps it at a reload', async () => {
    const { mock, subscription } = await withHandler(virtual, (n) => (n === 3 ? 503 : 200));
    await mock.publish({ types: ['product.updated'], count: 2 });
    await mock.publish({ types: ['category.updated'], count: 1 });
    await mock.control.post('/_mock/drain');
    const page = await openInspector(mock);
    await expect.poll(() => deliveriesShown(page)).toEqual(['d3', 'd2', 'd1']);

    await page.getByLabel('Type').selectOption({ label: 'product.updated' });
    await expect.poll(() => deliveriesShown(page)).toEqual(['d2', 'd1']);
    await page.reload();
    await expect.poll(() => deliveriesShown(page)).toEqual(['d2', 'd1']);
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByLabel('Outcome').selectOption({ label: 'failed' });
    await expect.poll(() => deliveriesShown(page)).toEqual(['d3']);
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByLabel('Subscription').selectOption(subscription);
    await expect.poll(() => deliveriesShown(page)).toEqual(['d3', 'd2', 'd1']);
    await page.getByRole('searchbox', { name: 'Text' }).fill('category.updated');
    await expect.poll(() => deliveriesShown(page)).toEqual(['d3']);
    await page.getByRole('searchbox', { name: 'Text' }).fill('nobody has said this');
    await page.getByText('Nothing that has happened fits the filter').waitFor();
  });

  it('stands still while it is paused, counts what comes, and goes on with all of it', async () => {
    const { mock } = await withHandler(virtual);
    const page = await openInspector(mock);
    await mock.publish({ types: ['product.updated'] });
    await expect.poll(() => deliveriesShown(page)).toEqual(['d1']);
    await page.getByRole('button', { name: 'Pause' }).click();
    await mock.publish({ types: ['product.updated'], count: 3 });
    const goOn = page.getByRole('button', { name: '3 new rows: go on' });
    await goOn.waitFor();
    expect(await deliveriesShown(page)).toEqual(['d1']);
    await goOn.click();
    await expect.poll(() => deliveriesShown(page)).toEqual(['d4', 'd3', 'd2', 'd1']);
  });

  it('draws a few of ten thousand rows, and has the oldest at its end', async () => {
    const { mock } = await withHandler(virtual);
    await mock.publish({ types: ['product.updated'], count: 10_000 });
    await mock.control.post('/_mock/drain', { timeout_ms: 50_000 });
    const page = await openInspector(mock);
    await expect.poll(() => rowCount(page)).toBe(10_000);
    expect(await deliveriesShown(page)).toContain('d10000');
    expect(await liveRows(page).count()).toBeLessThan(80);
    await page.getByRole('grid').evaluate((grid) => grid.scrollTo(0, grid.scrollHeight));
    await expect.poll(() => deliveriesShown(page)).toContain('d1');
    expect(await deliveriesShown(page)).not.toContain('d10000');
    expect(await liveRows(page).count()).toBeLessThan(80);
  });

  it('says that it is a sample when there is more than a page can show', async () => {
    const { mock } = await withHandler(virtual);
    const page = await openInspector(mock);
    const said = page
      .getByRole('status')
      .getByText(/1 of \d+ deliveries is shown/)
      .waitFor();
    await mock.publish({ types: ['product.updated'], count: 10_000 });
    await said;
    await mock.control.post('/_mock/drain', { timeout_ms: 50_000 });
    expect(await rowCount(page)).toBeLessThan(10_000);
  });
});
