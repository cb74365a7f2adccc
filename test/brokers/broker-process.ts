import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

export interface Broker {
  /** `127.0.0.1:port` */
  address: string;
  /** Ends it and everything that it has started, at once. Idempotent. */
  kill(): Promise<void>;
}

/** Runs a command in a process group of its own and resolves with its address once a line of its output says that it is ready. */
async function startBroker(
  command: string,
  args: string[],
  ready: (line: string) => string | undefined,
): Promise<Broker> {
  const child = spawn(command, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  let stop = (): void => {};
  // What was started must not outlive the tests, however they end.
  const killGroup = (): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  };
  process.once('exit', killGroup);
  const address = await new Promise<string>((resolve, reject) => {
    const ended = (): void => reject(new Error(`${command} ended before it was ready:\n${said.join('\n')}`));
    child.once('error', (error) => reject(new Error(`${command} cannot be started: ${error.message}`)));
    child.once('exit', ended);
    stop = () => child.off('exit', ended);
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => {
        said.push(line);
        const found = ready(line);
        if (found !== undefined) resolve(found);
      });
  }).finally(() => stop());
  return {
    address,
    kill: async () => {
      process.off('exit', killGroup);
      killGroup();
      await ended(child);
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Google's own emulator. It forgets everything when it ends. */
export async function startPubSubEmulator(port?: number): Promise<Broker> {
  const address = `127.0.0.1:${port ?? (await freePort())}`;
  const args = ['beta', 'emulators', 'pubsub', 'start', '--project=test', `--host-port=${address}`];
  return startBroker('gcloud', args, (line) => (line.includes('Server started, listening on') ? address : undefined));
}

/**
 * librdkafka's mock cluster, which kcat runs in its own process and which speaks the real protocol in plain text. It makes every topic
 * that it is asked for, listens where it likes and forgets everything when it ends.
 */
export function startKafkaCluster(): Promise<Broker> {
  const args = ['-b', 'unused:9', '-X', 'test.mock.num.brokers=1', '-C', '-t', 'unused', '-d', 'mock', '-q'];
  return startBroker('kcat', args, (line) => /original bootstrap\.servers .* replaced with (\S+)/.exec(line)?.[1]);
}
