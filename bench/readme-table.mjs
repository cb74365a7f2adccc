// The figures of a run as the README shows them, between its two marks.
import { readFileSync, writeFileSync } from 'node:fs';

const readme = new URL('../README.md', import.meta.url);
const marks = ['<!-- figures -->\n', '<!-- /figures -->'];

/** Rates are to be at least some part of the baseline's, costs at most so many times as much. */
const bound = ({ target }) => (target === 0 ? '' : `${target < 1 ? '≥' : '≤'} ${target}`);
const row = (result) => `| ${result.name} | ${result.baseline} | ${result.ratio} | ${bound(result)} |`;

/** Writes the table into the README; `machine` says where and how it was measured. */
export function writeReadmeTable(machine, results) {
  const text = readFileSync(readme, 'utf8');
  const [from, to] = [text.indexOf(marks[0]) + marks[0].length, text.indexOf(marks[1])];
  if (to < from) throw new Error(`README.md has no ${marks.map((mark) => mark.trim()).join(' … ')}`);
  const table = [
    `${machine}. The baseline is that of the bare libraries; the figure is how many times as much the mock does, or takes.`,
    '',
    '| what | baseline | ratio | target |',
    '| --- | ---: | ---: | ---: |',
    ...results.map(row),
    '',
  ];
  writeFileSync(readme, `${text.slice(0, from)}${table.join('\n')}${text.slice(to)}`);
}
