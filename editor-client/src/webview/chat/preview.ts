/** The first rows of a result. All of them are in the Results panel; here is what fits a narrow view. */
import type { Cell, ResultInfo } from '../../../generated/protocol';
import type { ChatHost } from './host';
import { button, element } from '../dom';
import { chart, type Rows } from './chart';

const shownRows = 8;

/** A table with a header; numbers stand right. */
export function table({ columns, rows }: Rows, label: string): HTMLElement {
  const right = columns.map(({ type }) => ['int', 'long', 'real', 'decimal'].includes(type));
  const head = element('tr', {}, ...columns.map(({ name, type }, i) => element('th', { scope: 'col', title: type, class: right[i] ? 'right' : undefined }, name)));
  const body = rows.map((row) =>
    element('tr', {}, ...row.map((cell, i) => element('td', { class: cell === null ? 'null' : right[i] ? 'right' : undefined }, cellText(cell)))),
  );
  return element('div', { class: 'rows', tabindex: 0, role: 'region', 'aria-label': label }, element('table', {}, element('thead', {}, head), element('tbody', {}, ...body)));
}

function cellText(cell: unknown): string {
  return typeof cell === 'string' ? cell : JSON.stringify(cell);
}

/** Shows a kept result: a chart where the query renders one, its first rows, the way to all of them. Else what is at hand. */
export function preview(host: ChatHost, result: string, atHand: Rows | undefined, rowCount: number): HTMLElement {
  const box = element('div', { class: 'preview' });
  const show = (rows: Rows, more: readonly HTMLElement[]): void => {
    const shown = Math.min(rows.rows.length, shownRows);
    const count = element('span', { class: 'count' }, shown < rowCount ? `${shown} of ${rowCount.toLocaleString('en')} rows` : rowsText(rowCount));
    const first = { columns: rows.columns, rows: rows.rows.slice(0, shownRows) };
    box.replaceChildren(...(rowCount > 0 ? [table(first, 'First rows')] : []), element('div', { class: 'preview-foot' }, count, ...more));
  };
  const open = button({ label: 'Open in Results', text: 'Open in Results', class: 'link', act: () => host.send({ type: 'show', result }) });
  if (atHand !== undefined) {
    show(atHand, result === '' ? [] : [open]);
  }
  if (result !== '') {
    read(host, result).then(
      ({ rows, info }) => {
        show(rows, [open]);
        const drawn = chart(info.tables[0]?.visualization, rows);
        if (drawn !== undefined) {
          box.prepend(drawn);
        }
      },
      () => show(atHand ?? { columns: [], rows: [] }, [element('span', {}, 'The rows are no longer kept: run the query again to see them.')]),
    );
  }
  return box;
}

export function rowsText(count: number): string {
  return count === 1 ? '1 row' : `${count.toLocaleString('en')} rows`;
}

const chartRows = 100;

async function read(host: ChatHost, result: string): Promise<{ rows: Rows; info: ResultInfo }> {
  const info = await host.call('kusto/result/info', { result });
  const [first] = info.tables;
  if (first === undefined) {
    return { rows: { columns: [], rows: [] }, info };
  }
  const { view } = await host.call('kusto/result/view', { result, table: 0 });
  const page = await host.call('kusto/result/read', { view, start: 0, count: first.visualization === undefined ? shownRows : chartRows });
  return { rows: { columns: first.columns, rows: turned(page.values, page.count) }, info };
}

/** Columns become rows. */
function turned(values: readonly (readonly Cell[])[], count: number): Cell[][] {
  return Array.from({ length: count }, (_, row) => values.map((column) => column[row] ?? null));
}
