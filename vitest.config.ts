import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Lines on the terminal show local time.
    env: { TZ: 'UTC' },
    include: ['test/**/*.test.ts'],
    // They need brokers, which not every machine has: `npm run test:brokers`.
    exclude: ['test/brokers/**', ...configDefaults.exclude],
    // Child processes and real sockets: generous, so that a loaded machine is slow and not red.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // The examples import the built package by its name. Like any installed one it is Node's to load.
    server: { deps: { external: [/\/dist\//] } },
  },
});
