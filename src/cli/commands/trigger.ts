import { isObject } from '../../core/is-object.ts';
import { fail, show } from '../../errors.ts';
import { parseAuthor } from '../../events/author.ts';
import type { PublishAnswer, PublishBody } from '../../http/control-api.ts';
import { count as counted, shortType } from '../../narration/text.ts';
import { type ClientOptions, ControlClient } from '../client.ts';
import type { CommandContext } from '../command.ts';
import { readOwnEvents } from '../own-events.ts';
import { PublishedTally } from '../published.ts';
import type { Renderer } from '../render.ts';

export interface TriggerOptions extends ClientOptions {
  types: string[];
  count: number;
  /** Values by dotted path. */
  set: Record<string, unknown>;
  file?: string | undefined;
  seed?: number | undefined;
  as?: string | undefined;
}

/** `aep-mock trigger`: generates events, or takes those of a file, and publishes them. */
export async function trigger(options: TriggerOptions, { render }: CommandContext): Promise<number> {
  if (options.as !== undefined) parseAuthor(options.as, '--as');
  warnOfData(options.set, render);
  const client = new ControlClient(options);
  const body = options.file === undefined ? generated(options) : await own(options, options.file);
  const { published } = await client.post<PublishAnswer>('/_mock/publish', body);
  for (const { id, type, deliveries } of published) {
    render.data(
      { type: 'event.published', eventId: id, eventType: type, deliveries },
      `published ${shortType(type)}  ${id}  ${counted(deliveries, 'subscription')}`,
    );
  }
  const tally = new PublishedTally();
  tally.add(published);
  await tally.warnOfUntaken(client, render);
  return 0;
}

/** Other tools take any data, but no event of the platform has such. */
function warnOfData({ data }: Record<string, unknown>, render: Renderer): void {
  if (data === undefined || isObject(data)) return;
  render.warn(`--set data=${show(data)}: the data of every event of the platform is an object`);
}

function generated({ types, count, set, as, seed }: TriggerOptions): PublishBody {
  return { types, count, set, ...(as === undefined ? {} : { as }), ...(seed === undefined ? {} : { seed }) };
}

async function own({ types, count, set, as, seed }: TriggerOptions, file: string): Promise<PublishBody> {
  if (seed !== undefined) throw fail('CONFLICTING_OPTIONS', { options: ['--seed', '--file'] });
  const read = await readOwnEvents(file, types[0]);
  const events = read.flatMap((event) => Array.from({ length: count }, () => event));
  return { events, set, ...(as === undefined ? {} : { as }) };
}
