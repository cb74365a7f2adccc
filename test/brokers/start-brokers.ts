import type { TestProject } from 'vitest/node';
import { startKafkaCluster, startPubSubEmulator } from './broker-process.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** `127.0.0.1:port` of the emulator and of the cluster that all tests share. */
    pubsub: string;
    kafka: string;
  }
}

/** Starts one broker of each kind for all tests; one that is missing fails the run. */
export default async function startBrokers(project: TestProject): Promise<() => Promise<void>> {
  const started = await Promise.allSettled([startPubSubEmulator(), startKafkaCluster()]);
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((each) => (each.status === 'fulfilled' ? each.value.kill() : undefined)));
  };
  const missing = started.flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : []));
  const [pubsub, kafka] = started;
  if (pubsub.status !== 'fulfilled' || kafka.status !== 'fulfilled') {
    await stop();
    throw new Error(
      `the tests need both brokers (apt-get install google-cloud-cli-pubsub-emulator kcat):\n${missing.join('\n')}`,
    );
  }
  project.provide('pubsub', pubsub.value.address);
  project.provide('kafka', kafka.value.address);
  return stop;
}
