import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { outOfSight, seriousProblems } from './audit.ts';
import { openInspector } from './inspector.ts';
import { liveRows } from './live-table.ts';
import { goTo, goToDelivery, goToSubscription, type PageTitle, pageTitles } from './pages.ts';
import { startScene } from './scene.ts';

const narrow = { width: 360, height: 740 };

/** What says that all of a page is there. */
const shown: Record<PageTitle, (page: Page) => Locator> = {
  Live: (page) => liveRows(page).nth(2),
  Subscriptions: (page) => page.getByRole('article').nth(2),
  Publish: (page) => page.getByText('It fits the schema of its type'),
  Time: (page) => page.getByRole('cell').first(),
  'Logs and outbox': (page) => page.locator('summary').first(),
};

/** Every page, one after the other, with something on it. */
async function* everyPage(options: Parameters<typeof openInspector>[1]): AsyncGenerator<{ page: Page; name: string }> {
  const { mock, deliveries, failing } = await startScene();
  const page = await openInspector(mock, options);
  for (const name of pageTitles) {
    await goTo(page, name);
    await shown[name](page).waitFor();
    yield { page, name };
  }
  await page.getByText('E-mails', { exact: true }).click();
  await page.getByRole('article').waitFor();
  yield { page, name: 'the e-mails' };
  for (const state of ['delivered', 'scheduled'] as const) {
    await goToDelivery(page, deliveries.find((each) => each.state === state)?.id ?? '');
    await page.getByText('Signatures').last().waitFor();
    yield { page, name: `a delivery that is ${state}` };
  }
  await goToSubscription(page, failing);
  await page.getByText('now-and-then').first().waitFor();
  yield { page, name: 'a subscription' };
}

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  it('axe-core finds nothing serious on any page', async () => {
    const found: Record<string, string[]> = {};
    for await (const { page, name } of everyPage({ colorScheme })) {
      const problems = await seriousProblems(page);
      if (problems.length > 0) found[name] = problems;
    }
    expect(found).toEqual({});
  });

  it('nor in any dialog', async () => {
    const { mock, healthy } = await startScene();
    const page = await openInspector(mock, { colorScheme });
    await goToSubscription(page, healthy);
    const found: Record<string, string[]> = {};
    for (const opener of ['Rotate secret…', 'Revoke…', 'Keyboard help']) {
      await page.getByRole('button', { name: opener }).click();
      await page.getByRole('dialog').waitFor();
      const problems = await seriousProblems(page);
      if (problems.length > 0) found[opener] = problems;
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
    }
    expect(found).toEqual({});
  });
});

it('the audit finds a control without a name, and one out of reach', async () => {
  const { mock } = await startScene();
  const page = await openInspector(mock, { viewport: narrow });
  await page.evaluate(() => {
    document.body.append(document.createElement('button'));
    const wide = document.createElement('button');
    wide.textContent = 'a long word '.repeat(20);
    wide.style.whiteSpace = 'nowrap';
    document.body.append(wide);
  });
  expect(await seriousProblems(page)).toEqual([expect.stringMatching(/^button-name: /)]);
  expect(await outOfSight(page)).toEqual([
    expect.stringMatching(/^the page is \d+ px wide, the screen 360$/),
    expect.stringMatching(/^BUTTON a long word/),
  ]);
});

it('on a screen of 360 px nothing scrolls sideways, and every control is in reach', async () => {
  const found: Record<string, string[]> = {};
  for await (const { page, name } of everyPage({ viewport: narrow, hasTouch: true })) {
    const problems = [...(await outOfSight(page)), ...(await seriousProblems(page))];
    if (problems.length > 0) found[name] = problems;
  }
  expect(found).toEqual({});
});
