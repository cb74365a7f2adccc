import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { bodiesOf, startAnswering } from './handlers.ts';
import { openInspector } from './inspector.ts';
import { deliveriesShown } from './live-table.ts';
import { goTo, goToDelivery } from './pages.ts';
import { startServer, virtual } from './server.ts';

const secret = 'a-secret-of-this-test';

async function open(options: Parameters<typeof openInspector>[1] = {}) {
  const mock = await startServer(virtual);
  const handler = await startAnswering((n) => (n === 1 ? 503 : 200));
  await mock.subscribe({ url: handler.url, events: ['product.updated'], secret });
  await mock.publish({ types: ['product.updated'] });
  await mock.control.post('/_mock/clock/advance', { by: '5m' });
  const page = await openInspector(mock, options);
  await goToDelivery(page, 'd1');
  return { mock, handler, page };
}

describe('a delivery', () => {
  it('shows each attempt as it went over the wire, and why it is where it is', async () => {
    const { handler, page } = await open();
    await page.getByRole('region', { name: 'Why' }).waitFor();
    const attempts = page.getByRole('group').filter({ hasText: /^Attempt \d/ });
    await expect.poll(() => attempts.count()).toBe(2);
    await attempts.nth(0).getByText('503').first().waitFor();
    const last = attempts.nth(1);
    await last.getByText(`POST ${handler.url}`).waitFor();
    await last.getByRole('button', { name: 'Raw', exact: true }).click();
    const sent = handler.received.at(-1);
    expect(await last.getByRole('region', { name: 'The request body' }).innerText()).toBe(sent?.body.toString());
    const signature = last.getByRole('row', { name: /^x-akeneo-signature-primary/i });
    expect(await signature.getByRole('cell').innerText()).toBe(sent?.headers['x-akeneo-signature-primary']);
  });

  it('has its signatures computed anew with a secret, which is neither sent nor shown', async () => {
    const { page } = await open();
    const said: string[] = [];
    page.on('request', (request) => said.push(`${request.url()} ${request.postData()}`));
    const panel = page.getByRole('group').filter({ hasText: 'Attempt 2' });
    await panel.getByLabel('Secret').fill('not the secret');
    await panel.getByRole('button', { name: 'Recompute' }).click();
    await panel.getByText('does not match').waitFor();
    await panel.getByLabel('Secret').fill(secret);
    await panel.getByRole('button', { name: 'Recompute' }).click();
    await panel.getByText('✓ matches').waitFor();
    expect(await page.content()).not.toContain(secret);
    expect(said.filter((each) => each.includes(secret))).toEqual([]);
  });

  it('is resent from its page: itself, as a duplicate, and under a new event id', async () => {
    const { mock, handler, page } = await open();
    await page.getByRole('button', { name: 'Resend', exact: true }).click();
    await page.getByText('d1 resent: it is delivery d2').waitFor();
    await page.getByRole('button', { name: 'Resend as duplicate' }).click();
    await page.getByText('d1 resent as a duplicate: it is delivery d3').waitFor();
    await page.getByRole('button', { name: 'Resend under a new id' }).click();
    await page.getByText('d1 resent under a new event id: it is delivery d4').waitFor();
    await mock.control.post('/_mock/drain');
    const [, first, again, duplicate, renamed] = handler.received.slice(1).map(({ body }) => body.toString());
    expect(again).toBe(first);
    expect(duplicate).toBe(first);
    const [one, other] = [first, renamed].map((body) => JSON.parse(body ?? '{}') as Record<string, unknown>);
    expect(other).toEqual({ ...one, id: expect.not.stringContaining(String(one?.id)) });
    await goTo(page, 'Live');
    await expect.poll(() => deliveriesShown(page)).toEqual(['d4', 'd3', 'd2', 'd1', 'd1']);
    await page.getByText('duplicate of d1').first().waitFor();
  });

  it('is copied as a curl command that sends the very bytes', async () => {
    const { handler, page } = await open({ permissions: ['clipboard-read', 'clipboard-write'] });
    await page.getByRole('button', { name: 'Copy as curl' }).click();
    await page.getByText('The curl command copied').waitFor();
    const command = await page.evaluate(() => navigator.clipboard.readText());
    const before = handler.received.at(-1);
    // The handler is in this process: waiting for curl must not keep it from answering.
    await promisify(execFile)('bash', ['-c', command]);
    const sent = handler.received.at(-1);
    expect(sent).not.toBe(before);
    expect(sent?.body.toString()).toBe(before?.body.toString());
    expect(sent?.headers['x-akeneo-signature-primary']).toBe(before?.headers['x-akeneo-signature-primary']);
  });

  it('is copied as a test that publishes its event', async () => {
    const { handler, page } = await open({ permissions: ['clipboard-read', 'clipboard-write'] });
    await page.getByRole('button', { name: 'Copy as test fixture' }).click();
    await page.getByText('The test copied').waitFor();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    expect(text).toContain(String(bodiesOf(handler)[0]?.id));
  });

  it('that the mock does not know is said to be unknown', async () => {
    const mock = await startServer(virtual);
    const page = await openInspector(mock, { path: '/#/deliveries/d99', expected: [/status of 404/] });
    await page.getByText('d99').nth(1).waitFor();
    expect(await page.getByRole('button', { name: 'Resend', exact: true }).count()).toBe(0);
  });
});
