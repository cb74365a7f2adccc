import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Lines on the terminal show local time.
    env: { TZ: 'UTC' },
    include: ['test/**/*.test.ts'],
    // They need what not every machine has, brokers and a browser: `npm run test:brokers`, `npm run test:browser`.
    exclude: ['test/brokers/**', 'test/browser/**', ...configDefaults.exclude],
    // Child processes and real sockets: generous, so that a loaded machine is slow and not red.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // The examples import the built package by its name. Like any installed one it is Node's to load.
    server: { deps: { external: [/\/dist\//] } },
  },
});
