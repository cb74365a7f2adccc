/** The stub's logins, with another client library than the mock's: the stub could be wrong in the same way as one of them. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startKafkaStub } from '../runtime/kafka-stub.ts';

/** What librdkafka lists of the topic behind a login. */
async function listTopic(broker: string, mechanism: string, password: string): Promise<string> {
  const settings = [
    'security.protocol=SASL_PLAINTEXT',
    `sasl.mechanisms=${mechanism}`,
    'sasl.username=aep',
    `sasl.password=${password}`,
  ];
  const args = ['-b', broker, '-L', '-t', 'pim-events', '-m', '30', ...settings.flatMap((setting) => ['-X', setting])];
  const listing = promisify(execFile)('kcat', args);
  // What it says there is that it was refused, and then it tries again until its time is over.
  listing.child.stderr?.once('data', () => listing.child.kill('SIGKILL'));
  return (await listing).stdout;
}

describe.each(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'])('librdkafka with %s', (mechanism) => {
  it('is taken with the right password', async () => {
    const stub = await startKafkaStub({ topics: { 'pim-events': 0 }, password: 'right' });
    expect(await listTopic(stub.broker, mechanism, 'right')).toContain('topic "pim-events" with 1 partitions');
    expect(new Set(stub.mechanisms)).toEqual(new Set([mechanism]));
  });

  it('is refused with a wrong one', async () => {
    const stub = await startKafkaStub({ topics: { 'pim-events': 0 }, password: 'right' });
    await expect(listTopic(stub.broker, mechanism, 'wrong')).rejects.toMatchObject({
      stderr: expect.stringContaining('the credentials are not known here'),
    });
  });
});
