import { expect, it } from 'vitest';
import { bodiesOf, startAnswering } from './handlers.ts';
import { openInspector } from './inspector.ts';
import { deliveriesShown } from './live-table.ts';
import { goTo } from './pages.ts';
import { startServer, virtual } from './server.ts';

it('virtual time is moved from the page, and the retry arrives', async () => {
  const mock = await startServer(virtual);
  const handler = await startAnswering((n) => (n === 1 ? 503 : 200));
  await mock.subscribe({ url: handler.url, events: ['product.updated'] });
  await mock.publish({ types: ['product.updated'] });
  await mock.control.post('/_mock/drain');
  const page = await openInspector(mock);
  await goTo(page, 'Time');
  const clock = page.getByRole('region', { name: 'The clock' });
  await clock.getByText('in 5m', { exact: true }).waitFor();
  await page.getByRole('cell', { name: 'product.updated d1' }).waitFor();

  await page.getByRole('button', { name: 'Next timer' }).click();
  await page.getByText('5m passed: 1 timer, 1 attempt, 1 delivered').waitFor();
  await clock.getByText('nothing comes due').waitFor();
  await page.getByText('Nothing is scheduled').waitFor();
  const [first, retry] = bodiesOf(handler);
  expect(retry).toEqual(first);
  await goTo(page, 'Live');
  await expect.poll(() => deliveriesShown(page)).toEqual(['d1', 'd1']);
});

it('a delivery that always fails is dropped when the clock runs until nothing is due', async () => {
  const mock = await startServer(virtual);
  const { url } = await startAnswering(() => 503);
  await mock.subscribe({ url, events: ['product.updated'] });
  await mock.publish({ types: ['product.updated'] });
  await mock.control.post('/_mock/drain');
  const page = await openInspector(mock);
  await goTo(page, 'Time');
  await page.getByLabel('Advance by').fill('6m');
  await page.getByRole('button', { name: 'Advance', exact: true }).click();
  await page.getByText(/^6m passed: 1 attempt, 0 delivered/).waitFor();
  await page.getByRole('button', { name: 'Run until idle' }).click();
  await page.getByText(/passed: 2 timers, 2 attempts, 0 delivered, 1 dropped/).waitFor();
});

it('what is no duration is refused beside the field', async () => {
  const mock = await startServer(virtual);
  const page = await openInspector(mock, { expected: [/status of 400/] });
  await goTo(page, 'Time');
  await page.getByLabel('Advance by').fill('soon');
  await page.getByRole('button', { name: 'Advance', exact: true }).click();
  await page.getByRole('alert').getByText('a duration such as').waitFor();
});

it('a clock that runs by itself says how to have one that does not', async () => {
  const mock = await startServer();
  const page = await openInspector(mock);
  await goTo(page, 'Time');
  await page.getByText('aep-mock start --clock virtual').waitFor();
  expect(await page.getByRole('button', { name: 'Next timer' }).count()).toBe(0);
});
