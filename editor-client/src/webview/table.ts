/** One table of a result: search and filter boxes, the grid, the line below it. It asks the server for views and shows them. */
import type { CellRange, Filter, QueryStats } from '../protocol.gen';
import type { TableTab } from '../results/messages';
import { element, button, icon } from './dom';
import { failureBox } from './failure';
import { parseFilter } from './filter';
import { footerText } from './footer';
import { Grid } from './grid';
import { CellDetail } from './detail';
import { Refusal, type ResultsHost } from './host';
import { isSingle } from './selection';
import type { TableState } from './state';
import { Windows } from './windows';

const typingPause = 250;

export interface TableOptions {
  readonly host: ResultsHost;
  readonly tab: TableTab;
  readonly stats: QueryStats | undefined;
  readonly state: TableState;
  rerun(): void;
}

export class Table {
  readonly root = element('section', { class: 'table' });
  readonly tools: HTMLElement;
  private readonly center = element('div', { class: 'center' });
  private readonly notice = element('div', { class: 'notice', role: 'alert', hidden: true });
  private readonly empty = element('p', { class: 'empty', hidden: true });
  private readonly foot = element('div', { class: 'foot', role: 'status' });
  private readonly detail: CellDetail;
  private grid: Grid;
  private view = '';
  private rows = 0;
  private asked = 0;
  private timer = 0;

  constructor(private readonly options: TableOptions) {
    this.tools = this.makeTools();
    this.detail = new CellDetail(options.host, () => this.grid.focus());
    this.root.append(this.notice, this.center, this.foot);
    this.grid = this.makeGrid();
    void this.ask();
  }

  focus(): void {
    this.grid.focus();
  }

  dispose(): void {
    window.clearTimeout(this.timer);
    this.asked++;
    this.grid.dispose();
    this.root.remove();
    this.tools.remove();
  }

  private makeTools(): HTMLElement {
    const { state } = this.options;
    const search = element('input', {
      type: 'search',
      class: 'search',
      placeholder: 'Search rows',
      'aria-label': 'Search all columns',
      spellcheck: 'false',
      value: state.search,
    });
    search.addEventListener('input', () => {
      state.search = search.value;
      this.askSoon();
    });
    const filter = button({ label: 'Show filters', icon: 'filter', class: 'tool', act: () => this.toggleFilters(filter) });
    filter.setAttribute('aria-pressed', String(state.filtering));
    return element('div', { class: 'tools' }, element('span', { class: 'search-box' }, icon('search'), search), filter);
  }

  private makeGrid(): Grid {
    const { tab, state, host } = this.options;
    const grid = new Grid({
      columns: tab.info.columns,
      label: `Rows of ${tab.title}`,
      state: state.grid,
      filtering: state.filtering,
      events: {
        sort: (column, add) => this.sortBy(column, add),
        filter: () => this.askSoon(),
        open: (place) => void this.detail.open(this.view, place, tab.info.columns[place.column]),
        copy: (range) =>
          host.send({ type: 'copy', view: this.view, ranges: [range], format: 'tsv', headers: range.endRow - range.startRow > 1 }),
        select: () => this.tellFront(),
      },
    });
    this.center.replaceChildren(grid.root, this.empty, this.detail.root);
    return grid;
  }

  private toggleFilters(control: HTMLElement): void {
    const { state } = this.options;
    state.filtering = !state.filtering;
    control.setAttribute('aria-pressed', String(state.filtering));
    if (!state.filtering) {
      state.grid.filters = [];
    }
    this.grid.dispose();
    this.grid = this.makeGrid();
    void this.ask().then(() => this.root.querySelector<HTMLElement>('.filter')?.focus());
  }

  /** Unsorted, ascending, descending, unsorted again. */
  private sortBy(column: number, add: boolean): void {
    const { state } = this.options;
    const now = state.sort.find((key) => key.column === column);
    const rest = add ? state.sort.filter((key) => key.column !== column) : [];
    if (now === undefined) {
      state.sort = [...rest, { column }];
    } else if (now.descending !== true) {
      state.sort = [...rest, { column, descending: true }];
    } else {
      state.sort = rest;
    }
    void this.ask();
  }

  private askSoon(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), typingPause);
  }

  /** Asks for the view that sort, filters and search describe. An answer to an older question is dropped. */
  private async ask(): Promise<void> {
    const { host, tab, state } = this.options;
    const asked = ++this.asked;
    try {
      const answer = await host.call('kusto/result/view', {
        result: tab.result,
        table: tab.table,
        sort: [...state.sort],
        filter: this.filters(),
        search: state.search,
      });
      if (asked === this.asked) {
        this.warn(undefined);
        this.show(answer.view, answer.rows);
      }
    } catch (error) {
      if (asked === this.asked) {
        this.warn(error);
      }
    }
  }

  private show(view: string, rows: number): void {
    const { host, state } = this.options;
    this.view = view;
    this.rows = rows;
    const windows: Windows = new Windows(rows, {
      read: (start, count) => host.call('kusto/result/read', { view, start, count }),
      changed: (error) => {
        if (error !== undefined) {
          this.warn(error);
        }
        this.grid.refresh();
      },
    });
    this.grid.show(windows, state.sort);
    this.empty.hidden = rows > 0;
    this.empty.textContent = this.options.tab.info.rows === 0 ? 'The query gave no rows.' : 'No row passes the filters.';
    this.foot.replaceChildren(...footerText(this.options.tab.info, rows, this.options.stats));
    this.tellFront();
  }

  private filters(): Filter[] {
    const { tab, state } = this.options;
    return tab.info.columns
      .map((column, index) => parseFilter(index, column.type, state.grid.filters[index] ?? ''))
      .filter((filter) => filter !== undefined);
  }

  private tellFront(): void {
    const { host, tab } = this.options;
    const range = this.grid.selected;
    const all: CellRange = { startRow: 0, endRow: this.rows, startColumn: 0, endColumn: tab.info.columns.length };
    host.send({ type: 'front', view: this.view, rows: this.rows, ranges: [isSingle(range) || this.rows === 0 ? all : range] });
  }

  private warn(error: unknown): void {
    this.notice.hidden = error === undefined;
    if (error !== undefined) {
      const failure = error instanceof Refusal ? error.failure : { message: error instanceof Error ? error.message : 'the rows could not be read', data: { kind: 'other' as const } };
      const expired = failure.data.kind === 'expired';
      this.notice.replaceChildren(
        failureBox(failure, expired ? [button({ label: 'Run again', text: 'Run again', act: () => this.options.rerun() })] : []),
      );
    }
  }
}
