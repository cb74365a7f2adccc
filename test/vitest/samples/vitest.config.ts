import { defineConfig } from 'vitest/config';

/** Tests that are run by other tests, because they are to fail. */
export default defineConfig({
  test: {
    include: ['*.sample.ts'],
    root: import.meta.dirname,
    testTimeout: 30_000,
    // The built package, where a sample imports it by its name, is Node's to load like any installed one.
    server: { deps: { external: [/\/dist\//] } },
  },
});
