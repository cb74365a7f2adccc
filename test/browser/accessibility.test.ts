import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { outOfSight, seriousProblems } from './audit.ts';
import { openInspector } from './inspector.ts';
import { goTo, goToDelivery, goToSubscription, pageTitles } from './pages.ts';
import { startScene } from './scene.ts';

const narrow = { width: 360, height: 740 };

/** Every page, one after the other, with something on it. */
async function* everyPage(options: Parameters<typeof openInspector>[1]): AsyncGenerator<{ page: Page; name: string }> {
  const { mock, deliveries, failing } = await startScene();
  const page = await openInspector(mock, options);
  for (const name of pageTitles) {
    await goTo(page, name);
    yield { page, name };
  }
  for (const state of ['delivered', 'scheduled'] as const) {
    await goToDelivery(page, deliveries.find((each) => each.state === state)?.id ?? '');
    yield { page, name: `a delivery that is ${state}` };
  }
  await goToSubscription(page, failing);
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
});

it('on a screen of 360 px nothing scrolls sideways, and every control is in reach', async () => {
  const found: Record<string, string[]> = {};
  for await (const { page, name } of everyPage({ viewport: narrow, hasTouch: true })) {
    const problems = [...(await outOfSight(page)), ...(await seriousProblems(page))];
    if (problems.length > 0) found[name] = problems;
  }
  expect(found).toEqual({});
});
