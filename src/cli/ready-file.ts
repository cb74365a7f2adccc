import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { fail, fileProblem } from '../errors.ts';
import type { JsonLine } from './render.ts';

/**
 * A file that is there while a mock is ready, with its ready line: for scripts that start one in the background. It appears whole, by
 * a rename.
 */
export class ReadyFile {
  readonly #path: string;
  readonly #draft: string;
  #content: string | undefined;

  private constructor(path: string, draft: string) {
    this.#path = path;
    this.#draft = draft;
  }

  /**
   * Makes sure that the file can be written, and takes away what a mock that was killed has left, so that nobody takes it for this one.
   * @throws FILE_UNWRITABLE
   */
  static async reserve(path: string): Promise<ReadyFile> {
    const left = await lookAt(path);
    if (left === 'other') throw unwritable(path, 'it is there, and is no ready file');
    const draft = `${path}.${process.pid}.tmp`;
    await writeFile(draft, '').catch((error: NodeJS.ErrnoException) => {
      throw unwritable(path, error.code === 'ENOENT' ? 'its folder does not exist' : fileProblem(error));
    });
    if (left === 'stale') await rm(path, { force: true });
    return new ReadyFile(path, draft);
  }

  async write(ready: JsonLine): Promise<void> {
    this.#content = `${JSON.stringify(ready)}\n`;
    try {
      await writeFile(this.#draft, this.#content);
      await rename(this.#draft, this.#path);
    } catch (error) {
      throw unwritable(this.#path, fileProblem(error));
    }
  }

  /** Idempotent. What another mock has written meanwhile stays. */
  async remove(): Promise<void> {
    await rm(this.#draft, { force: true });
    const content = await readFile(this.#path, 'utf8').catch(() => undefined);
    if (content !== undefined && content === this.#content) await rm(this.#path, { force: true });
  }
}

const unwritable = (file: string, reason: string): Error => fail('FILE_UNWRITABLE', { file, reason });

/** What is there: nothing, the ready file of a mock that runs or one that does not any more, or something else. */
async function lookAt(path: string): Promise<'nothing' | 'live' | 'stale' | 'other'> {
  const status = await stat(path).catch(() => undefined);
  if (!status) return 'nothing';
  if (!status.isFile()) return 'other';
  if (status.size === 0) return 'nothing';
  const pid = readyPid(await readFile(path, 'utf8').catch(() => ''));
  if (pid === undefined) return 'other';
  // Our own number: a container gives the same one to every run.
  return pid !== process.pid && isRunning(pid) ? 'live' : 'stale';
}

function readyPid(content: string): number | undefined {
  try {
    const { type, pid } = JSON.parse(content) as { type?: unknown; pid?: unknown };
    return type === 'ready' && typeof pid === 'number' ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Signal 0 is only asked whether it could be sent. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
