import { defineConfig } from 'vitest/config';

/** `npm run test:brokers`: against Google's Pub/Sub emulator and librdkafka's mock cluster, which have to be installed. */
export default defineConfig({
  test: {
    include: ['test/brokers/**/*.test.ts'],
    globalSetup: ['test/brokers/start-brokers.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
