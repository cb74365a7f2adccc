import { describe, expect, it } from 'vitest';
import { createRenderer } from '../../src/cli/render.ts';

/** A terminal that remembers what was written to it. */
function terminal(columns?: number, isTTY = true) {
  const written: string[] = [];
  const stream = { isTTY, columns, write: (text: string) => written.push(text) };
  const render = createRenderer({ format: 'pretty', stdout: stream, stderr: stream, env: {} });
  return { render, stream, written };
}
const clear = '\r\x1b[2K';
const text = '0123456789'.repeat(12);

describe('how far something is', () => {
  it('stays in one row of a terminal, whatever becomes of its width', () => {
    const { render, stream, written } = terminal(100);
    render.progress(text);
    stream.columns = 40;
    render.progress(text);
    render.warn('something else');
    expect(written).toEqual([text.slice(0, 99), clear, text.slice(0, 39), clear, 'aep-mock: something else\n']);
  });

  it.each([undefined, 0])('has 80 columns where the terminal says %s', (columns) => {
    const { render, written } = terminal(columns);
    render.progress(text);
    expect(written).toEqual([text.slice(0, 79)]);
  });

  it('is a whole line elsewhere', () => {
    const { render, written } = terminal(40, false);
    render.progress(text);
    expect(written).toEqual([`aep-mock: ${text}\n`]);
  });
});
