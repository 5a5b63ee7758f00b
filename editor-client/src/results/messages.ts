/**
 * What the Results webview and the extension tell each other. Both sides check the shape of what comes in: a webview is a
 * web page, and a message is outside data.
 */
import type {
  CellRange,
  CopyFormat,
  FailureInfo,
  QueryStats,
  ResultCellParams,
  ResultInfoParams,
  ResultReadParams,
  ResultTable,
  ResultViewParams,
} from '../protocol.gen';

/** A table of a finished run. */
export interface TableTab {
  readonly result: string;
  /** Index of the table in its result. */
  readonly table: number;
  readonly title: string;
  readonly info: ResultTable;
}

/** One run as the panel shows it. */
export interface RunView {
  readonly id: number;
  readonly title: string;
  readonly status: 'running' | 'done' | 'failed' | 'cancelled';
  /** Milliseconds since its start when this was sent; the webview counts on while it runs. */
  readonly elapsed: number;
  readonly tables: readonly TableTab[];
  readonly error?: FailureInfo;
  readonly stats?: QueryStats;
  /** Where the query runs, as shown. */
  readonly place: string;
}

/** Calls that the webview may make through the extension; no other method gets by. */
export type ReadCall =
  | { readonly method: 'kusto/result/info'; readonly params: ResultInfoParams }
  | { readonly method: 'kusto/result/view'; readonly params: ResultViewParams }
  | { readonly method: 'kusto/result/read'; readonly params: ResultReadParams }
  | { readonly method: 'kusto/result/cell'; readonly params: ResultCellParams };

/** A call with its id, which the answer bears. */
export interface CallMessage {
  readonly type: 'call';
  readonly id: number;
  readonly call: ReadCall;
}

/** What a call came to. */
export type Answered =
  | { readonly type: 'answer'; readonly id: number; readonly result: unknown }
  | { readonly type: 'refused'; readonly id: number; readonly error: FailureInfo };

export type FromWebview =
  | { readonly type: 'ready' }
  | CallMessage
  | { readonly type: 'stop'; readonly run: number }
  | { readonly type: 'rerun'; readonly run: number }
  | { readonly type: 'place'; readonly run: number }
  | { readonly type: 'log' }
  | { readonly type: 'copy'; readonly view: string; readonly ranges: readonly CellRange[]; readonly format: CopyFormat; readonly headers: boolean }
  | { readonly type: 'text'; readonly text: string }
  /** Which view is in front and what is selected in it: the copy and export commands act on it. "" for none. */
  | { readonly type: 'front'; readonly view: string; readonly rows: number; readonly ranges: readonly CellRange[] };

export type ToWebview =
  | { readonly type: 'runs'; readonly runs: readonly RunView[]; readonly front: number }
  | Answered;

export type Shape = Record<string, unknown>;

export const object = (v: unknown): v is Shape => typeof v === 'object' && v !== null && !Array.isArray(v);
export const text = (v: unknown): v is string => typeof v === 'string';
export const count = (v: unknown): v is number => typeof v === 'number' && Number.isSafeInteger(v) && v >= 0;
export const optional = (v: unknown, test: (v: unknown) => boolean): boolean => v === undefined || test(v);
const list = (v: unknown, test: (v: unknown) => boolean): boolean => Array.isArray(v) && v.every(test);

const formats: readonly string[] = ['tsv', 'csv', 'json', 'markdown', 'datatable'] satisfies CopyFormat[];

const isRange = (v: unknown): boolean =>
  object(v) && count(v['startRow']) && count(v['endRow']) && count(v['startColumn']) && count(v['endColumn']);
const isSort = (v: unknown): boolean =>
  object(v) && count(v['column']) && optional(v['descending'], (d) => typeof d === 'boolean');
const isFilter = (v: unknown): boolean =>
  object(v) && count(v['column']) && text(v['op']) && optional(v['value'], text);

const calls: Record<ReadCall['method'], (p: Shape) => boolean> = {
  'kusto/result/info': (p) => text(p['result']),
  'kusto/result/view': (p) =>
    text(p['result']) &&
    count(p['table']) &&
    optional(p['sort'], (v) => list(v, isSort)) &&
    optional(p['filter'], (v) => list(v, isFilter)) &&
    optional(p['search'], text),
  'kusto/result/read': (p) => text(p['view']) && count(p['start']) && count(p['count']),
  'kusto/result/cell': (p) => text(p['view']) && count(p['row']) && count(p['column']),
};

export function isCall(v: unknown): v is ReadCall {
  return (
    object(v) &&
    text(v['method']) &&
    Object.hasOwn(calls, v['method']) &&
    object(v['params']) &&
    calls[v['method'] as ReadCall['method']](v['params'])
  );
}

const shapes: { readonly [T in FromWebview['type']]: (m: Shape) => boolean } = {
  ready: () => true,
  log: () => true,
  call: (m) => count(m['id']) && isCall(m['call']),
  stop: (m) => count(m['run']),
  rerun: (m) => count(m['run']),
  place: (m) => count(m['run']),
  copy: (m) =>
    text(m['view']) &&
    list(m['ranges'], isRange) &&
    text(m['format']) &&
    formats.includes(m['format']) &&
    typeof m['headers'] === 'boolean',
  text: (m) => text(m['text']),
  front: (m) => text(m['view']) && count(m['rows']) && list(m['ranges'], isRange),
};

/** The message, or undefined when it has no known shape. */
export function fromWebview(value: unknown): FromWebview | undefined {
  if (!object(value) || !text(value['type']) || !Object.hasOwn(shapes, value['type'])) {
    return undefined;
  }
  return shapes[value['type'] as FromWebview['type']](value) ? (value as FromWebview) : undefined;
}

/** The message, or undefined when it has no known shape. */
export function toWebview(value: unknown): ToWebview | undefined {
  if (!object(value)) {
    return undefined;
  }
  switch (value['type']) {
    case 'runs':
      return Array.isArray(value['runs']) && value['runs'].every((run) => object(run) && count(run['id'])) && count(value['front'])
        ? (value as unknown as ToWebview)
        : undefined;
    default:
      return answered(value);
  }
}

/** The answer to a call, or undefined when it is none. */
export function answered(value: Shape): Answered | undefined {
  const known = count(value['id']) && (value['type'] === 'answer' || (value['type'] === 'refused' && object(value['error'])));
  return known ? (value as unknown as Answered) : undefined;
}
