import { afterEach, describe, expect, it } from 'vitest';
import { Integration } from '../mock/integration.ts';
import { kafkaSubscription, pubsubSubscription } from '../runtime/broker-subscriptions.ts';
import { startKafkaStub, startSilentBroker } from '../runtime/kafka-stub.ts';
import { runCli, spawnCli, stopAll } from './cli-process.ts';

afterEach(stopAll);

const credentials = {
  clientId: 'aep-mock-client',
  clientSecret: 'aep-mock-client-secret',
  username: 'aep-mock-user',
  password: 'aep-mock-password',
  webhookSecret: 'aep-mock-webhook-secret',
};

/** The command line's mock with a subscription to a broker. */
async function startWith(subscription: object, ...args: string[]) {
  const mock = spawnCli(['start', '--port', '0', ...args]);
  const url = /ready on (\S+)/.exec(await mock.line(/^ready on/))?.[1] ?? '';
  const shop = await Integration.connect({ url, credentials });
  await shop.subscribe('', { ...subscription });
  const run = (...command: string[]) => runCli([...command, '--server', url]);
  return { mock, run };
}

describe('a broker on the terminal', () => {
  it('acknowledges by publishing, and ctl status counts it', async () => {
    const { broker } = await startKafkaStub({ topics: { 'pim-events': 0 } });
    const { mock, run } = await startWith(kafkaSubscription(broker), '--kafka-insecure', '--fault', 'reset first=1');
    await run('trigger', 'product.updated');
    await mock.line(/\[connection reset\] 127\.0\.0\.1:\d+\/pim-events .* retry 1 in 1s$/);
    await mock.line(/\[published\] 127\.0\.0\.1:\d+\/pim-events .* try 2$/);
    expect((await run('ctl', 'status')).stdout).toMatch(
      /: 2 published, 1 acknowledged, 1 failed, 0 in flight · last error connection reset at \S+: injected by the fault/,
    );
    expect((await run('ctl', 'deliveries')).stdout).toMatch(/delivered .* 2 attempts {2}\[published\]/);
  });

  it('without the topic suspends the subscription', async () => {
    const { broker } = await startKafkaStub();
    const { mock, run } = await startWith(kafkaSubscription(broker), '--kafka-insecure');
    await run('trigger', 'product.updated');
    await mock.line(/\[topic not found\] .* suspends the subscription \(topic not found\)/);
    await mock.line(/suspended \(topic not found\): 1 event lost; new events are lost until/);
  });

  it('that never answers is waited for at the end for a while only, and what is lost is said', async () => {
    const silent = await startSilentBroker();
    const settings = ['--kafka-insecure', '--policy', 'ackDeadlineMs=50'];
    const { mock, run } = await startWith(kafkaSubscription(silent), ...settings);
    await run('trigger', 'product.updated', '--count', '2');
    const { code, stdout } = await mock.stop();
    expect(code).toBe(130);
    expect(stdout).toMatch(/closed with 2 messages for 127\.0\.0\.1:\d+\/pim-events not published: gone with the mock/);
  });

  it('for Pub/Sub has to be named', async () => {
    const { mock, run } = await startWith(pubsubSubscription());
    await run('trigger', 'product.updated');
    await mock.line(/\[refused\] projects\/my-project\/topics\/pim-events .* dropped: no Pub\/Sub emulator is named/);
  });
});

describe('ctl pubsub', () => {
  const topic = 'projects/my-project/topics/pim-events';

  it('lists the topics, and takes the right to publish away and gives it back', async () => {
    const { mock, run } = await startWith(pubsubSubscription(), '--pubsub-emulator', '127.0.0.1:1');
    expect((await run('ctl', 'pubsub', 'list')).stdout).toBe(`${topic}  may be published to  1 subscription\n`);
    expect((await run('ctl', 'pubsub', 'revoke', topic)).stdout).toBe(
      `${topic}  may not be published to  1 subscription; the next publication suspends its subscription\n`,
    );
    await mock.line(/pim-events: the platform's right to publish taken away$/);
    await run('trigger', 'product.updated');
    await mock.line(/\[authentication failed\] .* has no right to publish to .* \(no right to publish to the topic\)/);
    expect((await run('ctl', 'pubsub', 'grant', topic)).stdout).toMatch(/may be published to .* until it is resumed/);
    expect((await run('ctl', 'pubsub', 'list', '--format', 'json')).stdout).toMatch(/"granted":true/);
  });

  it('says when no subscription has the topic: it may be misspelt', async () => {
    const { run } = await startWith(pubsubSubscription());
    const other = `${topic}-too`;
    for (const [what, right] of [
      ['revoke', 'may not be published to'],
      ['grant', 'may be published to'],
    ] as const)
      expect((await run('ctl', 'pubsub', what, other)).stdout).toBe(
        `${other}  ${right}  0 subscriptions; no subscription has this topic, see "aep-mock ctl pubsub list"\n`,
      );
  });

  it('takes whole topics only', async () => {
    const { run } = await startWith(pubsubSubscription());
    const { code, stderr } = await run('ctl', 'pubsub', 'revoke', 'pim-events');
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('got "pim-events"') });
  });
});
