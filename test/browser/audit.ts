import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe-core finds serious or critical, with the elements that it means. */
export async function seriousProblems(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } };
    return axe.run();
  });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

/** What cannot be seen without scrolling sideways: the page itself, or a control that no box around it scrolls to. */
export const outOfSight = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    const problems = scrollWidth > clientWidth ? [`the page is ${scrollWidth} px wide, the screen ${clientWidth}`] : [];
    const isScrolled = (element: Element): boolean => {
      for (let box = element.parentElement; box && box !== document.body; box = box.parentElement)
        if (['auto', 'scroll'].includes(getComputedStyle(box).overflowX)) return true;
      return false;
    };
    for (const control of document.querySelectorAll('a, button, input, select, textarea, summary, h1')) {
      const { left, right, width, height } = control.getBoundingClientRect();
      const isShown = width > 0 && height > 0 && control.checkVisibility({ visibilityProperty: true });
      if (isShown && (left < 0 || right > clientWidth) && !isScrolled(control) && width > 1)
        problems.push(`${control.tagName} ${control.textContent?.slice(0, 40)} from ${left} to ${right}`);
    }
    return problems;
  });
