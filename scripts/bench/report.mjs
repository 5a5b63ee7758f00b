// Which figures are reported, and the goals that they are held to.
import { percentile, row } from './table.mjs';

/** The rows of the table. */
export function report({ ours, library, session, many, start, query, binary }) {
  const best = (reports, file, operation, figure) => {
    const all = reports.map((one) => one.files.find((f) => f.file === file).operations[operation]?.[figure]);
    return all.includes(undefined) ? undefined : Math.min(...all);
  };
  const pair = (what, file, operation, figure, goal, theirs = operation) =>
    row(what, 'ms', best(ours, file, operation, figure), best(library, file, theirs, figure), goal);
  const cpu = (what, file, operation, goal, theirs) => pair(`${what}, CPU`, file, operation, 'cpuMedian', goal, theirs);
  const wall = (what, file, operation, goal, theirs) => pair(`${what}, p95`, file, operation, 'wallP95', goal, theirs);
  const keys = (file) => Math.min(...session.map((one) => percentile(one.keys[file], 95)));
  const memory = (of) => (session[0].memory.used === undefined ? undefined : Math.max(...session.map(of)));
  return [
    cpu('analysis of 3 lines', 'small.kql', 'parse + bind', { ratio: 30 }),
    cpu('analysis of 32 lines', 'medium.kql', 'parse + bind', { ratio: 30 }),
    cpu('analysis of 544 lines', 'large.kql', 'parse + bind', { ratio: 30 }),
    throughput(ours, library, best),
    wall('analysis of 544 lines', 'large.kql', 'parse + bind', { most: 10 }),
    cpu('key press in 32 lines', 'medium.kql', 'edit, completion'),
    wall('key press in 32 lines', 'medium.kql', 'edit, completion', { most: 2 }),
    row('key press in 32 lines over LSP, p95', 'ms', keys('medium.kql')),
    cpu('key press in 544 lines', 'large.kql', 'edit, completion'),
    wall('key press in 544 lines', 'large.kql', 'edit, completion', { most: 15 }),
    row('key press in 544 lines over LSP, p95', 'ms', keys('large.kql')),
    row('key press under 36,000 tables with 320,000 columns, p95', 'ms', Math.min(...ours.map((one) => one.many.completion.wallP95)), undefined, { most: 20 }),
    cpu('script of 674 lines, 60 blocks: all of it', 'script.kql', 'all blocks'),
    cpu('script: edit in one block to diagnostics', 'script.kql', 'edit in one block'),
    wall('script: edit in one block to diagnostics', 'script.kql', 'edit in one block', { most: 2 }),
    wall('script: edit in one block to diagnostics, linted', 'script.kql', 'edit in one block, linted', { most: 2 }, 'none'),
    wall('hover in 544 lines', 'large.kql', 'hover', { most: 1 }),
    wall('colours of 544 lines', 'large.kql', 'classify', { most: 5 }),
    wall('formatting 544 lines', 'large.kql', 'format', { most: 10 }),
    wall('one management command, edit to diagnostics', 'command.kql', 'edit, diagnostics', { most: 1 }),
    row('memory after the session, Samples schema', 'MB', memory((one) => one.memory.used), libraryMemory(library), { most: 60 }),
    row('memory at its peak in the session', 'MB', memory((one) => one.memory.peak)),
    row('memory at rest, schema loaded', 'MB', memory((one) => one.memory.idle), undefined, { most: 60 }),
    row('memory at rest with 36,000 tables', 'MB', many.memory.idle),
    row('start, schema, first diagnostics', 'ms', Math.min(...session.map((one) => one.first)), firstQuery(library), { most: 60 }),
    row('start to the answer of initialize, p95', 'ms', Math.min(...start.map((times) => percentile(times, 95))), undefined, { most: 50 }),
    row('calypso query on the sample data, whole process, median', 'ms', Math.min(...query.map((times) => percentile(times, 50)))),
    row('size of the program (at most 25 before sign-in and the agent came)', 'MB', binary),
  ];
}

/** How much text is parsed in a second of CPU. */
function throughput(ours, library, best) {
  const { bytes } = ours[0].files.find((f) => f.file === 'large.kql');
  const speed = (reports) => bytes / 1e6 / (best(reports, 'large.kql', 'parse', 'cpuMedian') / 1e3);
  return row('parsing', 'MB/s', speed(ours), speed(library), { least: 30 });
}

/** The library's memory after the last file; after its start it has less, and no query analysed. */
function libraryMemory(reports) {
  return Math.min(...reports.map((one) => one.files.at(-1).rssMB));
}

function firstQuery(reports) {
  return Math.min(...reports.map(({ start }) => start.load.wall + start.schema.wall + start.firstQuery.wall));
}
