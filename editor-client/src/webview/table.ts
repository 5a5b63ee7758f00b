/** One table of a result: search and filter boxes, the grid, the line below it. The server says what is shown; here is what a person does. */
import type { CellRange, SheetChange, SheetColumn, SheetParams, SheetState } from '../../generated/protocol';
import { loadChart } from './chart/load';
import type { ChartView } from './chart/view';
import { Detail } from './detail';
import { button, element, icon } from './dom';
import { failureBox } from './failure';
import { Grid } from './grid';
import { failureOf, type ResultsHost } from './host';
import { below, showMenu, type At } from './menu';
import { isSingle, type Place } from './selection';
import type { GridState } from './state';
import { Windows } from './windows';

const typingPause = 250;

export interface TableOptions {
  readonly host: ResultsHost;
  readonly result: string;
  readonly table: number;
  readonly title: string;
  readonly state: GridState;
  /** How it looks, when that is known already. */
  readonly sheet: SheetState | undefined;
  rerun(): void;
}

type Change = Omit<SheetChange, 'column'> & { column?: number };

export class Table {
  readonly root = element('section', { class: 'table' });
  readonly tools: HTMLElement;
  private readonly center = element('div', { class: 'center' });
  private readonly notice = element('div', { class: 'notice', role: 'alert', hidden: true });
  private readonly empty = element('p', { class: 'empty', hidden: true });
  private readonly parts = element('span', { class: 'parts', role: 'status' });
  private readonly summary = element('span', { class: 'summary', role: 'status' });
  private readonly foot = element('div', { class: 'foot' }, this.parts, this.summary);
  private readonly search = element('input', { type: 'search', class: 'search', placeholder: 'Search rows', 'aria-label': 'Search all columns', spellcheck: 'false' });
  private readonly filterButton = button({ label: 'Show filters', icon: 'filter', class: 'tool', act: () => this.showFilters(!this.options.state.filtering) });
  private readonly chartButton = button({ label: 'Show chart', icon: 'graph', class: 'tool', act: () => this.showChart(this.chartBox.hidden === true) });
  private readonly chartBox = element('div', { class: 'chart-box', hidden: true });
  private chart: Promise<ChartView> | undefined;
  private readonly detail: Detail;
  private readonly grid: Grid;
  private readonly watch = new ResizeObserver(() => this.grid.resized());
  private sheet: SheetState | undefined;
  private windows: Windows | undefined;
  private queue = Promise.resolve();
  private selecting = 0;
  private timer = 0;

  constructor(private readonly options: TableOptions) {
    const { host, state, title } = options;
    const copyCell = ({ row, column }: Place): void => this.change({ action: 'copy.tsv', ranges: [{ startRow: row, endRow: row + 1, startColumn: column, endColumn: column + 1 }] });
    this.detail = new Detail(host, copyCell, () => this.grid.focus());
    this.grid = new Grid(`Rows of ${title}`, state, {
      sort: (column, add) => this.change({ action: 'sort', column, add }),
      filter: (column, text) => this.later({ action: 'filter', column, text }),
      resize: (column, to) => this.change({ action: 'width', column, to }),
      move: (column, to) => this.change({ action: 'move', column, to }),
      toggle: (row) => this.change({ action: 'toggle', row }),
      open: (place) => void this.act('open', place),
      menu: (place, at) => void this.menu(place, at),
      copy: (headers) => this.change({ action: headers ? 'copy.headers' : 'copy.tsv', ranges: [this.grid.selected] }),
      select: (range) => void this.select(range),
    });
    this.search.addEventListener('input', () => this.later({ action: 'search', text: this.search.value }));
    this.search.addEventListener('keydown', ({ key }) => (key === 'ArrowDown' || (key === 'Escape' && this.search.value === '')) && this.focus());
    const more = button({ label: 'More actions', icon: 'ellipsis', class: 'tool', act: () => void this.menu(undefined, below(more)) });
    this.tools = element('div', { class: 'tools' }, element('span', { class: 'search-box' }, icon('search'), this.search), this.filterButton, this.chartButton, more);
    this.center.append(this.grid.root, this.chartBox, this.empty, this.detail.root);
    this.root.append(this.notice, this.center, this.foot);
    this.watch.observe(this.center);
    void this.ask();
  }

  focus(): void {
    if (this.sheet === undefined) {
      // Not shown yet; the focus may be elsewhere by then.
      const from = document.activeElement;
      void this.queue.then(() => this.sheet !== undefined && document.activeElement === from && this.focus());
    } else if (this.chartBox.hidden === true) {
      this.grid.focus();
    } else {
      // Its script may be on its way, and the focus gone elsewhere by then; and a view that scrolls under a mouse that is down takes the click away.
      const from = document.activeElement;
      void this.chart?.then(() => document.activeElement === from && this.chartBox.querySelector<HTMLElement>('.chart-picture')?.focus({ preventScroll: true }), () => undefined);
    }
  }

  dispose(): void {
    window.clearTimeout(this.timer);
    this.watch.disconnect();
    this.grid.dispose();
    void this.chart?.then((chart) => chart.dispose());
    this.root.remove();
    this.tools.remove();
  }

  /** Shows boxes for filters; without them nothing is filtered by column. */
  private showFilters(wanted: boolean, column = 0): void {
    const { state } = this.options;
    const was = state.filtering;
    state.filtering = wanted;
    this.filterButton.setAttribute('aria-pressed', String(wanted));
    if (was && !wanted) {
      this.change({ action: 'clearFilters' });
    } else if (this.sheet !== undefined) {
      this.show(this.sheet, true);
      this.grid.focusFilter(column);
    }
  }

  /** The chart stands in the place of the rows; it is loaded when it is wanted first. */
  private showChart(wanted: boolean): void {
    const { host, state } = this.options;
    state.charting = wanted;
    this.chartButton.setAttribute('aria-pressed', String(wanted));
    this.chartBox.hidden = !wanted;
    this.grid.root.hidden = wanted;
    if (wanted) {
      this.chart ??= loadChart().then((View) => new View({ chart: (asked) => host.call('kusto/result/chart', asked), image: (drawn) => host.call('kusto/result/image', drawn) }, this.chartBox));
      const view = this.sheet?.view ?? '';
      this.chart.then((chart) => chart.show(view)).catch((error: unknown) => this.warn(failureOf(error)));
    } else {
      this.grid.resized();
    }
  }

  private later(change: Change): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.change(change), typingPause);
  }

  private readonly change = (change: Change): void => void this.ask(change);

  /** Asks for the sheet, changed as a person wants it: one change after the other, or two clicks could change places. Each answer is shown: the next may be a refusal. */
  private ask(change?: Change): Promise<void> {
    const { host, result, table, sheet } = this.options;
    const column = change?.column === undefined ? 0 : (this.sheet?.columns[change.column]?.column ?? 0);
    const wish = (): SheetParams => ({ result, table, view: this.sheet?.view ?? '', ...(change === undefined ? {} : { change: { ...change, column } }) });
    const known = change === undefined ? sheet : undefined;
    this.queue = this.queue.then(async () => this.take(known ?? (await host.call('kusto/result/sheet', wish())), change)).catch((error: unknown) => {
      const failure = failureOf(error);
      if (failure.data.kind !== 'stopped') {
        this.warn(failure);
      }
    });
    return this.queue;
  }

  private take(sheet: SheetState, change: Change | undefined): void {
    const first = this.sheet === undefined;
    if (!this.root.isConnected) {
      return; // disposed
    }
    if (first && sheet.columns.some((column) => column.filter !== undefined)) {
      this.options.state.filtering = true;
    }
    if (first || sheet.view !== this.sheet?.view || JSON.stringify(sheet.columns) !== JSON.stringify(this.sheet.columns)) {
      this.show(sheet, !['sort', 'search', 'filter', 'clearFilters'].includes(change?.action.split('.')[0] ?? ''));
    }
    this.warn(sheet.error);
  }

  private show(sheet: SheetState, stay: boolean): void {
    const { host, state } = this.options;
    const first = this.sheet === undefined;
    if (first) {
      this.search.value = sheet.search;
      this.filterButton.setAttribute('aria-pressed', String(state.filtering));
    }
    if (this.windows === undefined || sheet.view !== this.sheet?.view) {
      const { view, rows, first } = sheet;
      const changed = (error: unknown): void => {
        if (error !== undefined) {
          this.warn(failureOf(error));
        }
        this.grid.refresh();
      };
      this.windows = new Windows(rows, { read: (start, count) => host.call('kusto/result/read', { view, start, count }), changed }, first);
    }
    this.sheet = sheet;
    this.grid.show(this.windows, sheet.columns, stay);
    this.empty.hidden = sheet.empty === undefined;
    this.empty.textContent = sheet.empty ?? '';
    const parts = sheet.foot.map(({ text, tip, warn }) => element('span', { class: warn === true ? 'part cut' : 'part', title: tip }, ...(warn === true ? [icon('warning')] : []), text));
    if (parts.map(({ textContent }) => textContent).join('') !== this.parts.textContent) {
      this.parts.replaceChildren(...parts); // a screen reader reads them, once
    }
    void this.select(this.grid.selected);
    const kind = sheet.visualization?.kind ?? 'table';
    if (first ? (state.charting ?? kind !== 'table') : !this.chartBox.hidden) {
      this.showChart(true);
    }
  }

  /** Commands act on what is selected; of several cells the line below tells the sum. */
  private async select(range: CellRange): Promise<void> {
    const selecting = ++this.selecting;
    const view = this.sheet?.view ?? '';
    const { summary } = await this.options.host.call('kusto/result/select', { view, ranges: [range] }).catch(() => ({ summary: '' }));
    if (selecting === this.selecting) {
      this.summary.textContent = isSingle(range) ? '' : summary;
    }
  }

  private async menu(place: Place | undefined, at: At): Promise<void> {
    const { host, result, table } = this.options;
    const column = place === undefined ? undefined : this.sheet?.columns[place.column];
    const where = place === undefined || column === undefined ? {} : { column: column.column, ...(place.row < 0 ? {} : { row: place.row }) };
    const { items } = await host.call('kusto/result/menu', { result, table, ...where });
    showMenu(items, at, (action) => void this.act(action, place));
  }

  /** Some actions are the view's own; the server does the others. */
  private async act(action: string, at?: Place): Promise<void> {
    const { sheet } = this;
    const place = at ?? { row: -1, column: 0 };
    const column: SheetColumn | undefined = sheet?.columns[place.column];
    if (sheet === undefined || column === undefined) {
      return;
    }
    if (action === 'open') {
      await this.detail.open(sheet.view, place, column);
    } else if (action === 'describe') {
      await this.detail.describe(sheet.view, place.column, column);
    } else if (action === 'wider' || action === 'narrower') {
      this.grid.widen(place.column, action === 'wider' ? 1 : -1);
    } else if (action === 'filterBox') {
      this.showFilters(true, place.column);
    } else {
      const range = this.grid.selected;
      const whole = isSingle(range) && place.row < 0;
      if (action === 'filterTo.same' || action === 'filterTo.other') {
        this.options.state.filtering = true;
        this.filterButton.setAttribute('aria-pressed', 'true');
      }
      await this.ask({ action, column: place.column, row: Math.max(0, place.row), ranges: whole ? [] : [range] });
    }
  }

  private warn(failure: ReturnType<typeof failureOf> | undefined): void {
    this.notice.hidden = failure === undefined;
    if (failure !== undefined) {
      const again = button({ label: 'Run again', text: 'Run again', act: () => this.options.rerun() });
      this.notice.replaceChildren(failureBox(failure, failure.data.kind === 'expired' ? [again] : []));
    }
  }
}
