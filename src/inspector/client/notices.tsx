/** What the page tells by the way: that something was done, or why not. */
import { signal } from '@preact/signals';
import { CallFailed } from './control-client.ts';

interface Notice {
  id: number;
  kind: 'done' | 'failed';
  text: string;
  hint?: string;
}

export const notices = signal<readonly Notice[]>([]);
let lastId = 0;
/** A failure stays until it is closed; what went well says so for this long. */
const doneForMs = 4_000;

function add(notice: Omit<Notice, 'id'>): void {
  const id = ++lastId;
  notices.value = [...notices.value.slice(-3), { id, ...notice }];
  if (notice.kind === 'done') setTimeout(() => dismiss(id), doneForMs);
}

const dismiss = (id: number): void => {
  notices.value = notices.value.filter((notice) => notice.id !== id);
};

export const tellDone = (text: string): void => add({ kind: 'done', text });

export function tellFailure(error: unknown): void {
  const problems = error instanceof CallFailed ? error.problems : [{ message: String(error), hint: '' }];
  for (const { message, hint } of problems) add({ kind: 'failed', text: message, ...(hint !== '' && { hint }) });
}

/** Runs what a button does; says how it went. */
export async function told(work: () => Promise<string | undefined>): Promise<void> {
  try {
    const done = await work();
    if (done !== undefined) tellDone(done);
  } catch (error) {
    tellFailure(error);
  }
}

export function Notices() {
  return (
    <div class="notices" role="status" aria-live="polite">
      {notices.value.map(({ id, kind, text, hint }) => (
        <div key={id} class={`notice ${kind}`}>
          <span>
            <strong>{kind === 'failed' ? 'Not done: ' : ''}</strong>
            {text}
            {hint && <span class="hint"> {hint}</span>}
          </span>
          <button type="button" class="quiet" aria-label="Close this message" onClick={() => dismiss(id)}>
            ×
          </button>
        </div>
      ))}
    </div>
  );
}
