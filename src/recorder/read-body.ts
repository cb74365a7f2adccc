import type { IncomingMessage } from 'node:http';

/**
 * The largest body that is taken: 2 MiB. An event is at most 1 MiB, and however such a body is escaped in a capture, the line is short
 * enough to be read again.
 */
export const largestBody = 2 * 1024 * 1024;

/** The bytes of a request; `broken` when its sender went away before the end. No more is read than is taken. */
export async function readBody(request: IncomingMessage): Promise<Buffer | 'too large' | 'broken'> {
  if (Number(request.headers['content-length'] ?? 0) > largestBody) return 'too large';
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    // Whoever sends too much is still to be answered.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      length += (chunk as Buffer).length;
      if (length > largestBody) return 'too large';
      chunks.push(chunk as Buffer);
    }
  } catch {
    return 'broken';
  }
  return request.complete ? Buffer.concat(chunks) : 'broken';
}
