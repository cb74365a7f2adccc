import { defineConfig } from 'vitest/config';

/** `npm run test:browser`: the inspector in a real browser, Debian's chromium, which has to be installed. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    globalSetup: ['test/browser/start-browser.ts'],
    // They share one browser.
    maxWorkers: 2,
    // What a page shows a moment later is asked for until then.
    expect: { poll: { timeout: 20_000 } },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
