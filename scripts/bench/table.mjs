// The table of figures: its rows with their goals, and its form in the terminal and in docs/benchmarks.md.

/** A percentile of figures in any order. */
export function percentile(figures, percent) {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))];
}

/**
 * A row: what was measured, our figure, the library's (or undefined), and the goal, which is one of
 * {ratio: N} (the library's figure is at least N times ours), {most: N}, {least: N}, or undefined.
 */
export function row(what, unit, ours, theirs, goal) {
  const ratio = theirs === undefined || ours === undefined ? undefined : unit === 'MB/s' ? ours / theirs : theirs / ours;
  return { what, unit, ours, theirs, goal, ratio, met: judge(goal, ours, ratio) };
}

function judge(goal, ours, ratio) {
  if (goal === undefined || ours === undefined) {
    return undefined;
  }
  if (goal.ratio !== undefined) {
    return ratio !== undefined && ratio >= goal.ratio;
  }
  return goal.most !== undefined ? ours <= goal.most : ours >= goal.least;
}

/** Cells of a row as they are read. */
function cells({ what, unit, ours, theirs, goal, ratio, met }) {
  const figure = (value) => (value === undefined ? '' : `${number(value)} ${unit}`);
  const times = ratio === undefined ? '' : `${ratio >= 10 ? Math.round(ratio) : ratio.toFixed(1)}×`;
  return [what, figure(ours), figure(theirs), times, words(goal, unit), met === undefined ? '' : met ? 'yes' : 'no'];
}

function words(goal, unit) {
  if (goal === undefined) {
    return '';
  }
  return goal.ratio !== undefined ? `≥ ${goal.ratio}×` : goal.most !== undefined ? `≤ ${goal.most} ${unit}` : `≥ ${goal.least} ${unit}`;
}

/** Three digits that say something. */
function number(value) {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value >= 1 ? value.toFixed(2) : value.toPrecision(2);
}

const heads = ['what', 'ours', 'library', 'ratio', 'goal', 'met'];

/** The table for a terminal. */
export function plain(rows) {
  const lines = [heads, ...rows.map(cells)];
  const widths = heads.map((_, i) => Math.max(...lines.map((line) => line[i].length)));
  return lines.map((line) => line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ').trimEnd()).join('\n');
}

/** The table as Markdown. */
export function markdown(rows) {
  const line = (list) => `| ${list.join(' | ')} |`;
  const body = rows.map((one) => line(cells(one).map((cell) => (cell === 'no' ? '**no**' : cell.replaceAll('|', '\\|')))));
  return [line(heads), '|---|---:|---:|---:|---:|---|', ...body].join('\n');
}
