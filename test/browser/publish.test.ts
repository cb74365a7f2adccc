import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { StateBody } from '../../src/http/control-api.ts';
import { bodiesOf, startAnswering } from './handlers.ts';
import { openInspector } from './inspector.ts';
import { goTo } from './pages.ts';
import { recording, startServer, virtual } from './server.ts';

async function open(options: Parameters<typeof openInspector>[1] = {}) {
  const mock = await startServer(virtual);
  const handler = await startAnswering(() => 200);
  await mock.subscribe({ url: handler.url });
  const page = await openInspector(mock, options);
  await goTo(page, 'Publish');
  await page.getByText('It fits the schema of its type').waitFor();
  return { mock, handler, page };
}

const editor = (page: Page) => page.getByRole('textbox', { name: 'Event', exact: true });
const publish = (page: Page) => page.getByRole('button', { name: 'Publish', exact: true }).click();

/** Lets go of a file over the page, as when it is dragged from the desktop. */
async function drop(page: Page, name: string, content: Buffer): Promise<void> {
  await page.evaluate(
    ({ name, base64 }) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes], name));
      const target = document.querySelector('main') ?? document.body;
      for (const type of ['dragenter', 'dragover', 'drop'])
        target.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    },
    { name, base64: content.toString('base64') },
  );
}

describe('an event', () => {
  it('of a type that is searched for is generated, edited and published, and its delivery is linked', async () => {
    const { handler, page } = await open();
    await page.getByRole('searchbox', { name: 'Event type' }).fill('category.updated');
    await page.getByRole('searchbox', { name: 'Event type' }).press('Enter');
    await expect.poll(() => editor(page).inputValue()).toContain('com.akeneo.pim.v1.category.updated');
    const event = JSON.parse(await editor(page).inputValue()) as { id: string; data: { category: { code: string } } };
    event.data.category.code = 'edited_by_hand';
    await editor(page).fill(JSON.stringify(event));
    await publish(page);
    await page.getByText('1 event published').waitFor();
    await page.getByRole('link', { name: 'Delivery d1' }).click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(bodiesOf(handler)).toMatchObject([{ id: event.id, data: { category: { code: 'edited_by_hand' } } }]);
  });

  it('is published many times, each under an id of its own', async () => {
    const { mock, handler, page } = await open();
    await page.getByRole('spinbutton', { name: 'times' }).fill('25');
    await publish(page);
    await page.getByText('25 events published').waitFor();
    await mock.control.post('/_mock/drain');
    expect(new Set(bodiesOf(handler).map(({ id }) => id)).size).toBe(25);
  });

  it('is published as often as one likes, however large it is', async () => {
    const { page } = await open();
    const event = JSON.parse(await editor(page).inputValue()) as { data: Record<string, unknown> };
    event.data.padding = 'x'.repeat(500_000);
    await editor(page).fill(JSON.stringify(event));
    await page.getByRole('spinbutton', { name: 'times' }).fill('20');
    await publish(page);
    await page.getByText('20 events published').waitFor();
  });

  it('is published once by a double click', async () => {
    const { mock, page } = await open();
    await page.route('**/_mock/publish', async (route) => {
      // The second click comes before the answer.
      await page.getByRole('button', { name: 'Publish', exact: true }).click({ force: true });
      await route.continue();
    });
    await publish(page);
    await page.getByRole('link', { name: 'Delivery d1' }).waitFor();
    const { counters } = await mock.control.get<StateBody>('/_mock/state');
    expect(counters.published).toBe(1);
  });

  it('that is generated late does not replace the one that was asked for after it', async () => {
    const { page } = await open();
    let answerFirst = (): void => {};
    const isAsked = new Promise<void>((resolve) => {
      void page.route('**/_mock/events/draft', async (route) => {
        if (!route.request().postData()?.includes('category.updated')) return route.continue();
        resolve();
        await new Promise<void>((answer) => {
          answerFirst = answer;
        });
        return route.continue();
      });
    });
    const search = page.getByRole('searchbox', { name: 'Event type' });
    await search.fill('category.updated');
    await search.press('Enter');
    await isAsked;
    await search.fill('family.deleted');
    await search.press('Enter');
    await expect.poll(() => editor(page).inputValue()).toContain('family.deleted');
    const late = page.waitForResponse(
      (response) => response.request().postData()?.includes('category.updated') ?? false,
    );
    answerFirst();
    await (await late).finished();
    await page.getByText('It fits the schema of its type').waitFor();
    expect(await editor(page).inputValue()).toContain('family.deleted');
  });

  it('is checked while it is written: what the schema says against it, and where it is no JSON', async () => {
    const { page } = await open();
    const text = await editor(page).inputValue();
    const event = JSON.parse(text) as { data: unknown };
    event.data = { product: { uuid: 7 } };
    await editor(page).fill(JSON.stringify(event));
    await page.getByText('It does not fit the schema of its type').waitFor();
    await page.getByText('data.product.uuid').first().waitFor();
    await editor(page).fill('{\n  "type": }');
    await page.getByRole('button', { name: /^line 2, column \d+$/ }).waitFor();
    expect(await page.getByRole('button', { name: 'Publish', exact: true }).isDisabled()).toBe(true);
  });

  it('that nobody takes says why', async () => {
    const mock = await startServer(virtual);
    const page = await openInspector(mock);
    await goTo(page, 'Publish');
    await page.getByText('It fits the schema of its type').waitFor();
    await publish(page);
    await page.getByText('nobody takes it').waitFor();
    await page.getByText('There is no subscription at all').waitFor();
  });
});

describe('a recording', () => {
  const events = readFileSync(recording, 'utf8').trim().split('\n').length;

  it('that is dropped on the page is replayed, with its progress and what it came to', async () => {
    const { mock, handler, page } = await open();
    await drop(page, 'product-launch.ndjson', readFileSync(recording));
    const done = page.getByRole('status').getByText(`Done: ${events} events published, ${events} deliveries`);
    await done.waitFor();
    expect(await page.getByRole('progressbar').evaluate((bar: HTMLProgressElement) => bar.value)).toBe(1);
    await mock.control.post('/_mock/drain');
    expect(bodiesOf(handler)).toHaveLength(events);
  });

  it('may be gzip, and is chosen as a file as well', async () => {
    const { page } = await open();
    const file = { name: 'launch.ndjson.gz', mimeType: 'application/gzip', buffer: gzipSync(readFileSync(recording)) };
    await page.getByLabel('choose a file').setInputFiles(file);
    await page.getByRole('status').getByText(`Done: ${events} events published`).waitFor();
  });

  it('with a line that is no event names the line and goes on', async () => {
    const { page } = await open();
    const [first = '', second = ''] = readFileSync(recording, 'utf8').split('\n');
    await drop(page, 'torn.ndjson', Buffer.from(`${first}\n{"torn": \n${second}\n`));
    await page.getByRole('status').getByText('Done: 2 events published').waitFor();
    await page.getByText('1 line could not be read').click();
    await page.getByText(/^line 2:/).waitFor();
  });
});
