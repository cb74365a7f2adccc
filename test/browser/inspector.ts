import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { expect, inject, onTestFinished } from 'vitest';

export interface OpenOptions extends BrowserContextOptions {
  /** What comes behind the URL of the mock. */
  path?: string;
  /** Lines of the console that this test causes on purpose. */
  expected?: readonly RegExp[];
}

let connected: Promise<Browser> | undefined;
const browser = (): Promise<Browser> => {
  connected ??= chromium.connect(inject('browser'));
  return connected;
};

/** What no page may do, as long as it is open. */
export interface Watched {
  /** Errors on the console, violations of the Content-Security-Policy among them, and what was thrown and not caught. */
  errors: string[];
  /** Requests to anybody but the mock. */
  foreign: string[];
}

/**
 * Opens the inspector in a context of its own. When the test ends, it fails if the page said an error, broke the
 * Content-Security-Policy, or asked anybody but the mock.
 */
export async function openInspector(mock: { url: string }, options: OpenOptions = {}): Promise<Page> {
  const { path = '/', expected = [], ...rest } = options;
  const { context, watched } = await newContext(mock, rest);
  const page = await context.newPage();
  onTestFinished(async ({ task }) => {
    const errors = watched.errors.filter((error) => !expected.some((each) => each.test(error)));
    expect({ ...watched, errors }).toEqual({ errors: [], foreign: [] });
    if (task.result?.state === 'fail')
      throw new Error(`the page showed at the end:\n${await page.locator('body').ariaSnapshot({ timeout: 2_000 })}`);
  });
  await page.goto(mock.url + path);
  return page;
}

/** A browser that has never seen the mock, closed with the test; what it may not do is up to the caller. */
export async function newContext(
  { url }: { url: string },
  options: BrowserContextOptions = {},
): Promise<{ context: BrowserContext; watched: Watched }> {
  const context = await (await browser()).newContext({ viewport: { width: 1280, height: 800 }, ...options });
  onTestFinished(() => context.close());
  context.setDefaultTimeout(20_000);
  return { context, watched: watch(context, new URL(url).host) };
}

function watch(context: BrowserContext, host: string): Watched {
  const watched: Watched = { errors: [], foreign: [] };
  context.on('console', (line) => {
    if (line.type() === 'error') watched.errors.push(`${line.text()} (${line.location().url})`);
  });
  context.on('weberror', (error) => watched.errors.push(String(error.error())));
  context.on('request', (request) => {
    const asked = new URL(request.url());
    if (asked.host !== host && asked.protocol !== 'data:' && asked.protocol !== 'blob:')
      watched.foreign.push(request.url());
  });
  return watched;
}
