import { createRenderer, type Format, type Renderer } from '../../src/cli/render.ts';

/** A renderer whose output can be read. */
export function recordingRenderer(format: Format): { render: Renderer; text: () => string } {
  let text = '';
  const stream = { write: (written: string) => (text += written) };
  return { render: createRenderer({ format, stdout: stream, stderr: stream, env: {} }), text: () => text };
}
