import { createHmac } from 'node:crypto';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { startAnswering } from './handlers.ts';
import { openInspector } from './inspector.ts';
import { goTo, goToSubscription } from './pages.ts';
import { quickToSuspend, startServer, virtual } from './server.ts';

const gauge = (page: Page) => page.getByRole('meter', { name: 'Success rate' });
/** The status of the only subscription: a sign and a word. */
const status = (page: Page, word: string) => page.getByRole('article').getByText(new RegExp(`^\\S ${word}$`));
const secret = 'a-secret-that-no-page-shows';

it('the gauge of a failing handler nears its line, and past the line the subscription is suspended', async () => {
  const mock = await startServer([...virtual, ...quickToSuspend]);
  const { url } = await startAnswering((n) => (n <= 4 ? 200 : 503));
  await mock.subscribe({ url, events: ['product.updated'] });
  const page = await openInspector(mock);
  await goTo(page, 'Subscriptions');

  /** Publishes one event after the other, and waits until the gauge says so. */
  const publish = async (count: number, said: RegExp): Promise<void> => {
    for (let n = 0; n < count; n++) await mock.publish({ types: ['product.updated'] });
    await expect.poll(() => gauge(page).getAttribute('aria-valuetext')).toMatch(said);
  };
  await publish(3, /^100 % success, 3 requests; .*; 1 more request /);
  await publish(1, /^100 % success, 4 requests; .*; fine$/);
  await publish(2, /^66\.6 % success, 6 requests; 5xx answers 33\.3 % of .*50 %.*; near the line$/);
  await page.getByText('near the line').waitFor();
  for (let n = 0; n < 3; n++) await mock.publish({ types: ['product.updated'] });
  const card = page.getByRole('article');
  await status(page, 'suspended').waitFor();
  await card.getByText('by the platform: one kind of failure had too large a share').waitFor();
});

describe('a subscription', () => {
  it('is suspended, resumed and revoked from the page', async () => {
    const mock = await startServer(virtual);
    const { url } = await startAnswering(() => 200);
    await mock.subscribe({ url, events: ['product.updated'] });
    const page = await openInspector(mock);
    await goTo(page, 'Subscriptions');
    const card = page.getByRole('article');
    await card.getByRole('button', { name: 'Suspend', exact: true }).click();
    await card.getByText('by its user: as asked').waitFor();
    await card.getByRole('button', { name: 'Resume' }).click();
    await status(page, 'active').waitFor();
    await card.getByRole('button', { name: 'Revoke…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Revoke this subscription?' });
    await dialog.getByRole('button', { name: 'Keep it' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await status(page, 'active').waitFor();
    await card.getByRole('button', { name: 'Revoke…' }).click();
    await dialog.getByRole('button', { name: 'Revoke for good' }).click();
    await status(page, 'revoked').waitFor();
    expect(await card.getByRole('button').count()).toBe(0);
  });

  it('gets a fault that its next attempt meets, and loses it again', async () => {
    const mock = await startServer(virtual);
    const { url } = await startAnswering(() => 200);
    const { id } = await mock.subscribe({ url, events: ['product.updated'] });
    const page = await openInspector(mock);
    await goToSubscription(page, id);
    const form = page.getByRole('form', { name: 'Add a fault' });
    await form.getByLabel('Status').fill('418');
    await form.getByLabel('How often').selectOption({ label: 'The first' });
    await form.getByLabel('How many').fill('1');
    await form.getByRole('button', { name: 'Add the fault' }).click();
    await page.getByText('fired 0 of 0').waitFor();
    await mock.publish({ types: ['product.updated'] });
    await page.getByText('fired 1 of 1').waitFor();
    await page.getByRole('button', { name: /^Remove the fault/ }).click();
    await page.getByText('None in force').waitFor();
    const { items } = await mock.control.get<{ items: { attempts: { outcome: { status: number } }[] }[] }>(
      '/_mock/deliveries',
    );
    expect(items[0]?.attempts[0]?.outcome.status).toBe(418);
  });

  it('gets a fault that cannot be only with the way out beside the form', async () => {
    const mock = await startServer(virtual);
    const { url } = await startAnswering(() => 200);
    const { id } = await mock.subscribe({ url, events: ['product.updated'] });
    const page = await openInspector(mock, { expected: [/status of 400/] });
    await goToSubscription(page, id);
    const form = page.getByRole('form', { name: 'Add a fault' });
    await form.getByLabel('Status').fill('12');
    await form.getByRole('button', { name: 'Add the fault' }).click();
    await form.getByRole('alert').getByText('Not done:').waitFor();
  });

  it('is signed with a new secret, which is shown once and works', async () => {
    const mock = await startServer(virtual);
    const { url, waitFor } = await startAnswering(() => 200);
    await mock.subscribe({ url, events: ['product.updated'], secret });
    const page = await openInspector(mock);
    await goTo(page, 'Subscriptions');
    await page.getByRole('button', { name: 'Rotate secret…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Rotate' }).click();
    const shown = await dialog.getByLabel('The new secret').inputValue();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await mock.publish({ types: ['product.updated'] });
    const [, delivery] = await waitFor(2);
    const signedWith = (key: string) =>
      createHmac('sha256', key)
        .update(delivery?.body ?? '')
        .digest('hex');
    expect(delivery?.headers).toMatchObject({
      'x-akeneo-signature-primary': signedWith(shown),
      'x-akeneo-signature-secondary': signedWith(secret),
    });
    expect(await page.content()).not.toContain(shown);
  });
});
