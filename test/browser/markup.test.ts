import { expect, it } from 'vitest';
import { startAnswering } from './handlers.ts';
import { openInspector } from './inspector.ts';
import { goTo, goToDelivery, goToSubscription } from './pages.ts';
import { startServer, virtual } from './server.ts';

/** Does something that would be seen, if anything of it ran. */
const hostile = `<script>document.title = 'ran'</script><img src=x onerror="document.title = 'ran'"><b>bold</b>`;

it('an event, a header and an error full of markup are shown as they are, and nothing of them is run', async () => {
  const mock = await startServer(virtual);
  const { url } = await startAnswering(() => 503);
  const { id: subscription } = await mock.subscribe({
    url: `${url}?<b>bold</b>`,
    events: ['product.updated'],
    headers: { 'X-Markup': hostile },
    filter: `user_type = "user" and user = "${hostile.replaceAll('"', '\\"')}"`,
  });
  await mock.control.post('/_mock/faults', { name: hostile, status: 500, every: 50 });
  const data = { product: { uuid: hostile }, author: { identifier: hostile, type: 'user' } };
  await mock.publish({ events: [{ type: 'product.updated', data }] });
  await mock.publish({ types: ['category.deleted'], set: { 'data.category.code': hostile } });
  await mock.control.post('/_mock/drain');

  const page = await openInspector(mock);
  const nothingRan = async (): Promise<void> => {
    expect(await page.title()).not.toBe('ran');
    expect(await page.locator('main :is(script, img, b)').count()).toBe(0);
  };
  await page.getByRole('gridcell', { name: '503' }).waitFor();
  await nothingRan();

  await goToDelivery(page, 'd1');
  await page.getByText(hostile.slice(0, 20)).first().waitFor();
  await page.getByRole('button', { name: 'Raw', exact: true }).first().click();
  await nothingRan();

  await goToSubscription(page, subscription);
  await page.getByText(hostile.slice(0, 20)).first().waitFor();
  await nothingRan();

  await goTo(page, 'Publish');
  const editor = page.getByRole('textbox', { name: 'Event', exact: true });
  await page.getByText('It fits the schema of its type').waitFor();
  await editor.fill(JSON.stringify({ type: hostile, data }));
  await page.getByText(/^! It does not fit|^Not checked/).waitFor();
  await nothingRan();
  await editor.fill(hostile);
  await page.getByText('Not JSON').waitFor();
  await nothingRan();

  await goTo(page, 'Logs and outbox');
  await page.locator('summary').first().click();
  await nothingRan();
});
