/**
 * A small picture of a result whose query renders one: bars, or lines over their order. It shows the shape; the Results panel has
 * the rest. Its numbers stand in the table below it, for whoever can't see it.
 */
import type { Visualization } from '../../../generated/protocol';

export interface Rows {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly unknown[])[];
}

const width = 300;
const height = 120;
const numeric = ['int', 'long', 'real', 'decimal'];
const lines = ['timechart', 'linechart', 'areachart', 'stackedareachart', 'scatterchart', 'anomalychart'];
const bars = ['barchart', 'columnchart', 'piechart', 'treemap'];

export function chart(visualization: Visualization | undefined, { columns, rows }: Rows): Element | undefined {
  const kind = visualization?.kind ?? '';
  const y = columns.findLastIndex(({ type }) => numeric.includes(type));
  const x = columns.findIndex((_, index) => index !== y);
  if (y === -1 || x === -1 || rows.length < 2 || (!lines.includes(kind) && !bars.includes(kind))) {
    return undefined;
  }
  const values = rows.map((row) => Number(row[y]));
  if (!values.every(Number.isFinite)) {
    return undefined;
  }
  const names = rows.map((row) => String(row[x]));
  const label = `${kind} of ${columns[y]?.name ?? ''} by ${columns[x]?.name ?? ''}`;
  return lines.includes(kind) ? lineChart(names, values, label) : barChart(names, values, label);
}

function barChart(names: readonly string[], values: readonly number[], label: string): Element {
  const shown = values.slice(0, 8);
  const step = 18;
  const high = Math.max(...shown, 0);
  const low = Math.min(...shown, 0);
  const scale = (value: number): number => 95 + ((value - low) / (high - low || 1)) * (width - 150);
  const root = svg('svg', { class: 'chart', role: 'img', 'aria-label': label, viewBox: `0 0 ${width} ${shown.length * step}` });
  shown.forEach((value, index) => {
    const [from, to] = [scale(Math.min(value, 0)), scale(Math.max(value, 0))];
    root.append(
      svg('text', { x: 90, y: index * step + 12, 'text-anchor': 'end' }, clip(names[index] ?? '', 15)),
      svg('rect', { class: 'bar', x: from, y: index * step + 3, width: Math.max(to - from, 1), height: step - 6 }),
      svg('text', { x: to + 4, y: index * step + 12 }, value.toLocaleString('en', { notation: 'compact' })),
    );
  });
  return root;
}

function lineChart(names: readonly string[], values: readonly number[], label: string): Element {
  const high = Math.max(...values);
  const low = Math.min(...values, 0);
  const at = (value: number, index: number): string =>
    `${((index / (values.length - 1)) * (width - 8) + 4).toFixed(1)},${(height - 20 - ((value - low) / (high - low || 1)) * (height - 36)).toFixed(1)}`;
  const root = svg('svg', { class: 'chart', role: 'img', 'aria-label': label, viewBox: `0 0 ${width} ${height}` });
  root.append(
    svg('line', { class: 'axis', x1: 4, x2: width - 4, y1: height - 18, y2: height - 18 }),
    svg('polyline', { class: 'line', points: values.map(at).join(' ') }),
    svg('text', { x: 4, y: 10 }, high.toLocaleString('en', { notation: 'compact' })),
    svg('text', { x: 4, y: height - 4 }, clip(names[0] ?? '', 20)),
    svg('text', { x: width - 4, y: height - 4, 'text-anchor': 'end' }, clip(names.at(-1) ?? '', 20)),
  );
  return root;
}

function clip(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

function svg(tag: string, attributes: Readonly<Record<string, string | number>>, text = ''): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, String(value));
  }
  made.textContent = text;
  return made;
}
