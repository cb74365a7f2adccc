import { useEffect, useRef, useState } from 'preact/hooks';
import type { StreamMessage } from '../../../http/inspect-api.ts';
import { CallFailed, get } from '../control-client.ts';
import { onStream } from '../journal-stream.ts';

/** What a path answers: at first neither, then the latest answer, and why there is no newer one. */
export interface Loaded<Answer> {
  value?: Answer;
  failure?: CallFailed;
}

/** Asks for a path once, and again when the mock tells of something that changes the answer; one request at a time. */
export function useLoaded<Answer>(
  path: string,
  changes: (message: StreamMessage) => boolean = () => false,
): Loaded<Answer> {
  const [loaded, setLoaded] = useState<Loaded<Answer>>({});
  const isChange = useRef(changes);
  isChange.current = changes;
  useEffect(() => {
    const over = new AbortController();
    let isLoading = false;
    let isStale = false;
    const load = async (): Promise<void> => {
      isStale = isLoading;
      if (isLoading) return;
      isLoading = true;
      try {
        const value = await get<Answer>(path, over.signal);
        setLoaded({ value });
      } catch (failure) {
        if (over.signal.aborted) return;
        if (!(failure instanceof CallFailed)) throw failure;
        setLoaded(({ value }) => ({ ...(value !== undefined && { value }), failure }));
      } finally {
        isLoading = false;
      }
      if (isStale) void load();
    };
    void load();
    const end = onStream((message) => {
      if (isChange.current(message)) void load();
    });
    return () => {
      end();
      over.abort();
    };
  }, [path]);
  return loaded;
}

/** Whether something is told of a delivery or an event; in a sampled stream there may be no word of it. */
export const isAbout =
  (field: 'delivery_id' | 'event_id', id: string | undefined) =>
  ({ entries, sampled }: StreamMessage): boolean =>
    sampled !== undefined || entries.some((entry) => field in entry && entry[field as keyof typeof entry] === id);
