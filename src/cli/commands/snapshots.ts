import { fail } from '../../errors.ts';
import type { SnapshotsBody, SnapshotView } from '../../http/control-api.ts';
import { table } from '../../narration/text.ts';
import { type ClientOptions, ControlClient } from '../client.ts';
import type { CommandContext } from '../command.ts';

const path = '/_mock/snapshots';

export interface SnapshotOptions extends ClientOptions {
  name: string | undefined;
}

/** `aep-mock ctl snapshot [NAME]`: takes a snapshot, which stays in the mock. */
export async function snapshot({ name, ...options }: SnapshotOptions, { render }: CommandContext): Promise<number> {
  const taken = await new ControlClient(options).postPatiently<SnapshotView>(path, name === undefined ? {} : { name });
  render.data(
    { type: 'snapshot', ...taken },
    `snapshot ${taken.name} taken at ${taken.at}; "aep-mock ctl restore ${taken.name}" goes back to it`,
  );
  return 0;
}

/** `aep-mock ctl restore [NAME]`: goes back to a snapshot, the latest unless one is named. */
export async function restore({ name, ...options }: SnapshotOptions, { render }: CommandContext): Promise<number> {
  const client = new ControlClient(options);
  const wanted = name ?? (await latest(client));
  const restored = await client.postPatiently<SnapshotView>(`${path}/${encodeURIComponent(wanted)}/restore`);
  render.data(
    { type: 'restored', ...restored },
    `back to snapshot ${restored.name}, taken at ${restored.at}; the history begins anew`,
  );
  return 0;
}

async function latest(client: ControlClient): Promise<string> {
  const { items } = await client.get<SnapshotsBody>(path);
  const last = items.at(-1);
  if (!last) throw fail('SNAPSHOT_NOT_FOUND', { known: [] });
  return last.name;
}

/** `aep-mock ctl snapshots`: those that the mock holds, the latest last. */
export async function list(options: ClientOptions, { render }: CommandContext): Promise<number> {
  const { items } = await new ControlClient(options).get<SnapshotsBody>(path);
  if (render.format === 'json') for (const item of items) render.data({ type: 'snapshot', ...item }, undefined);
  else {
    const rows = items.map(({ name, at }) => [name, `taken at ${at}`]);
    render.data({ type: 'snapshots' }, rows.length > 0 ? table(rows) : 'no snapshots');
  }
  return 0;
}
