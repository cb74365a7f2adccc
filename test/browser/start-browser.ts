import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { chromiumOptions } from '../../scripts/chromium.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the browser that all tests share is spoken to. */
    browser: string;
  }
}

/** Starts one browser for all tests; a machine without one fails the run. */
export default async function startBrowser(project: TestProject): Promise<() => Promise<void>> {
  const browser = await chromium.launchServer(chromiumOptions());
  project.provide('browser', browser.wsEndpoint());
  return () => browser.close();
}
