// npm run bench:client: what a large result costs the client, and what export costs the server. With --write the figures become
// docs/benchmarks-client.md. The browser is software-rendered, on whatever machine this is: compare, don't quote.
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { run } from './command.mjs';
import { root } from './paths.mjs';

const tests = await run(process.execPath, [path.join(root, 'scripts', 'test.mjs'), 'browser: results'], { cwd: root, minutes: 30 });
const [view, ...steps] = [...tests.matchAll(/^figures: (.*)$/gm)].map(([, json]) => JSON.parse(json));
const editor = Object.assign({}, ...steps);
if (editor.jumpMaxMs === undefined || editor.heapMB === undefined) {
  throw new Error(`the browser tests gave no figures:\n${tests}`);
}
const bench = await run('go', ['test', './server/result', '-run', 'none', '-bench', '.', '-benchtime', '3x'], { cwd: root, minutes: 30 });

const line = (...cells) => `| ${cells.join(' | ')} |`;
const number = (text) => Number(text).toLocaleString('en', { maximumFractionDigits: 1 });
const exported = [...bench.matchAll(/^BenchmarkExport\/(\w+)\S*\s+\d+\s+\S+ ns\/op\s+(\S+) peak-MB\s+(\S+) rows\/cpu-s\s+(\S+) rss-MB/gm)].map(([, name, peak, rows, rss]) => line(name, number(rows), number(peak), number(rss)));
const sorted = [...bench.matchAll(/^BenchmarkSort\/(\w+)\S*\s+\d+\s+(\S+) ns\/op/gm)].map(([, name, ns]) => line(name, number(Number(ns) / 1e6)));

const text = `# Large results, measured

Written by \`npm run bench:client -- --write\` on ${os.cpus().length} cores (${os.cpus()[0]?.model.trim() ?? 'unknown'}), Chromium without a GPU. A million rows.

## The grid

First rows are timed from the end of the query, as the history has it, to the frame after the one that they are drawn in; in the view alone, from the news of it.
All by the clock.

${[
  line('', 'Results view alone', 'in the editor', 'wanted'),
  line('---', '---:', '---:', '---:'),
  line('columns', view.columns, editor.columns, ''),
  line('first rows, ms', view.firstPaintMs, editor.firstPaintMs, '150'),
  line('jump to anywhere, average, ms', view.jumpAverageMs, editor.jumpAverageMs, ''),
  line('jump to anywhere, longest, ms', view.jumpMaxMs, editor.jumpMaxMs, '100'),
  line('heap of the view, MB', view.heapMB, editor.heapMB, '40'),
  line('extension host held up, longest, ms', '', editor.extensionHostLongest?.ms, '50'),
  line('… of it in line for a processor, ms', '', editor.extensionHostLongest?.inLineMs, ''),
  line('… what it computed in one block, longest, ms', '', editor.extensionHostHeldMs, ''),
].join('\n')}

## Export, ten columns

${[line('format', 'rows a CPU second', 'heap beyond the rows, MB', 'of the system, MB'), line('---', '---:', '---:', '---:'), ...exported].join('\n')}

## A click in the header

${[line('what', 'ms'), line('---', '---:'), ...sorted].join('\n')}
`;

if (process.argv.includes('--write')) {
  writeFileSync(path.join(root, 'docs', 'benchmarks-client.md'), text);
} else {
  console.log(text);
}
