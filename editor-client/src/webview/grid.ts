/**
 * The grid: rows and columns of a view, drawn only where they are in sight. It knows places, keys and pixels; what is in a
 * cell comes from Windows, and what a sort or a filter does is the server's matter.
 *
 * The scroller holds a sticky header and a body as tall as all rows; rows stand in it by transform. Row numbers are sticky
 * on the left. One cell has the keyboard focus, the header being row -1.
 */
import type { CellRange, ResultColumn, SortKey } from '../protocol.gen';
import { Axis, type Item } from './axis';
import { alignsRight, cellText } from './cells';
import { element } from './dom';
import { headerCell } from './header';
import { contains, isSingle, move, rectangle, type Place } from './selection';
import type { GridState } from './state';
import { TextMeasure, columnWidth } from './widths';
import type { Windows } from './windows';

const rowHeight = 24;

export interface GridEvents {
  /** Sort by this column; add to what is sorted by already. */
  sort(column: number, add: boolean): void;
  filter(column: number, text: string): void;
  open(place: Place): void;
  copy(range: CellRange): void;
  select(range: CellRange): void;
}

export interface GridOptions {
  readonly columns: readonly ResultColumn[];
  readonly label: string;
  readonly state: GridState;
  readonly events: GridEvents;
  readonly filtering: boolean;
}

export class Grid {
  readonly root: HTMLElement;
  private readonly header = element('div', { class: 'header', role: 'row', 'aria-rowindex': 1 });
  private readonly body = element('div', { class: 'rows', role: 'presentation' });
  private readonly rows = new Map<number, HTMLElement>();
  private readonly down: Axis;
  private readonly across: Axis;
  private readonly measure: TextMeasure;
  private readonly numberWidth: () => number;
  private windows: Windows | undefined;
  private sort: readonly SortKey[] = [];
  private frame = 0;
  private measured = false;
  private dragging = false;
  private lastTop = 0;

  constructor(private readonly options: GridOptions) {
    this.root = element('div', {
      class: 'grid',
      role: 'grid',
      'aria-label': options.label,
      'aria-multiselectable': 'true',
      'aria-colcount': options.columns.length,
      'data-vscode-context': '{"preventDefaultContextMenuItems": true}',
    });
    this.root.append(this.header, this.body);
    document.body.append(this.root); // Fonts are known only in the page; the owner moves it to its place.
    this.measure = new TextMeasure(getComputedStyle(this.root));
    this.numberWidth = () => Math.max(40, Math.ceil(this.measure.width(String(this.windows?.rows ?? 0)) + 18));
    const draw = (): void => this.schedule();
    this.down = new Axis({ scroller: this.root, horizontal: false, covered: () => this.headerHeight, size: () => rowHeight, changed: draw });
    this.across = new Axis({ scroller: this.root, horizontal: true, covered: this.numberWidth, size: (index) => this.width(index), changed: draw });
    this.listen();
  }

  private get headerHeight(): number {
    return this.options.filtering ? 56 : 28;
  }

  /** Shows a view: its rows from the top, sorted as told. */
  show(windows: Windows, sort: readonly SortKey[]): void {
    const first = this.windows === undefined;
    const hadFocus = this.hasFocus;
    this.windows?.close();
    this.windows = windows;
    if (this.sort !== sort) {
      this.sort = sort;
      this.header.replaceChildren();
    }
    this.root.setAttribute('aria-rowcount', String(windows.rows + 1));
    this.root.style.setProperty('--number-width', `${this.numberWidth()}px`);
    this.clear();
    this.clampFocus();
    this.layout();
    this.root.scrollTop = first ? this.options.state.top : 0;
    this.root.scrollLeft = first ? this.options.state.left : this.root.scrollLeft;
    this.draw();
    if (hadFocus) {
      this.focus();
    }
  }

  /** Rows came in. */
  refresh(): void {
    if (!this.measured && this.windows?.has(0) === true) {
      this.measured = true;
      this.measureColumns();
    }
    this.clear();
    this.schedule();
  }

  focus(): void {
    // Scrolling is reveal's matter: the browser's own would pull the grid back whenever it is drawn anew.
    this.cellAt(this.options.state.focus)?.focus({ preventScroll: true });
  }

  /** True when a cell has the keyboard; a filter box keeps it to itself. */
  private get hasFocus(): boolean {
    return this.root.contains(document.activeElement) && document.activeElement?.tagName !== 'INPUT';
  }

  /** The selected rectangle: one cell at least. */
  get selected(): CellRange {
    const { anchor, focus } = this.options.state;
    return rectangle(anchor, focus);
  }

  dispose(): void {
    cancelAnimationFrame(this.frame);
    this.windows?.close();
    this.down.dispose();
    this.across.dispose();
    this.root.remove();
  }

  private width(column: number): number {
    return this.options.state.widths[column] ?? 120;
  }

  private measureColumns(): void {
    const { columns, state } = this.options;
    const windows = this.windows;
    if (windows === undefined || state.widths.length > 0) {
      return;
    }
    // A thousand columns are measured from their names alone when they come into sight; the first hundred show most tables.
    state.widths = columns.slice(0, 100).map((column, index) => columnWidth(column, index, windows, this.measure));
    this.layout();
    this.header.replaceChildren();
  }

  private layout(): void {
    this.down.resize(this.windows?.rows ?? 0);
    this.across.resize(this.options.columns.length);
    const width = this.across.length() + this.numberWidth();
    this.body.style.height = `${this.down.length()}px`;
    this.body.style.width = `${width}px`;
    this.header.style.width = `${width}px`;
    this.header.style.height = `${this.headerHeight}px`;
  }

  private schedule(): void {
    if (this.frame === 0) {
      this.frame = requestAnimationFrame(() => {
        this.frame = 0;
        this.draw();
      });
    }
  }

  private draw(): void {
    const windows = this.windows;
    if (windows === undefined) {
      return;
    }
    const { state } = this.options;
    this.down.keep(state.focus.row < 0 ? undefined : state.focus.row);
    this.across.keep(state.focus.column);
    const { first, last } = this.down.visible();
    windows.want(first, last, this.root.scrollTop >= this.lastTop);
    this.lastTop = this.root.scrollTop;
    state.top = this.root.scrollTop;
    state.left = this.root.scrollLeft;
    const hadFocus = this.hasFocus;
    const columns = this.across.items();
    this.drawHeader(columns);
    this.drawRows(windows, columns);
    if (hadFocus) {
      this.focus();
    }
  }

  private drawHeader(columns: readonly Item[]): void {
    const wanted = new Set(columns.map((item) => item.index));
    for (const cell of [...this.header.children]) {
      if (!wanted.delete(Number((cell as HTMLElement).dataset['column']))) {
        cell.remove();
      }
    }
    for (const item of columns) {
      const column = this.options.columns[item.index];
      if (wanted.has(item.index) && column !== undefined) {
        this.header.append(this.makeHeader(column, item));
      }
    }
    this.markFocus(this.header, -1);
  }

  private makeHeader(column: ResultColumn, item: Item): HTMLElement {
    const { events, state, filtering } = this.options;
    const cell = headerCell({
      column,
      index: item.index,
      sort: this.sort,
      filter: filtering ? (state.filters[item.index] ?? '') : undefined,
      onFilter: (text) => {
        state.filters[item.index] = text;
        events.filter(item.index, text);
      },
      onSort: (add) => events.sort(item.index, add),
      onResize: (width) => this.resizeColumn(item.index, width),
    });
    place(cell, item);
    return cell;
  }

  private resizeColumn(column: number, width: number): void {
    const { state, columns } = this.options;
    state.widths = columns.map((_, index) => (index === column ? Math.max(32, Math.round(width)) : this.width(index)));
    this.layout();
    this.clear();
    for (const item of this.across.items()) {
      const cell = this.header.querySelector<HTMLElement>(`[data-column="${item.index}"]`);
      if (cell !== null) {
        place(cell, item);
      }
    }
    this.draw();
  }

  private drawRows(windows: Windows, columns: readonly Item[]): void {
    const shift = this.down.shift();
    const items = this.down.items();
    const wanted = new Set(items.map((item) => item.index));
    const signature = columns.map((item) => item.index).join();
    for (const [index, row] of this.rows) {
      if (!wanted.has(index) || row.dataset['columns'] !== signature) {
        row.remove();
        this.rows.delete(index);
      }
    }
    for (const item of items) {
      let row = this.rows.get(item.index);
      if (row === undefined) {
        row = this.makeRow(windows, item.index, columns);
        row.dataset['columns'] = signature;
        this.rows.set(item.index, row);
        this.body.append(row);
      }
      row.style.transform = `translateY(${item.start + shift}px)`;
      this.markFocus(row, item.index);
    }
  }

  private makeRow(windows: Windows, index: number, columns: readonly Item[]): HTMLElement {
    const row = element('div', { class: index % 2 === 0 ? 'row' : 'row odd', role: 'row', 'aria-rowindex': index + 2 });
    const number = element('div', { class: 'number', role: 'rowheader', 'data-row': index }, (index + 1).toLocaleString('en'));
    row.append(number);
    for (const item of columns) {
      const column = this.options.columns[item.index];
      if (column !== undefined) {
        const cell = this.makeCell(windows, index, item.index, column);
        place(cell, item);
        row.append(cell);
      }
    }
    return row;
  }

  private makeCell(windows: Windows, row: number, column: number, { type }: ResultColumn): HTMLElement {
    const value = windows.cell(row, column);
    const kind = (value === undefined ? 'loading' : value === null ? 'null' : '') + (alignsRight(type) ? ' right' : '');
    const cell = element('div', {
      class: `cell ${kind}`,
      role: 'gridcell',
      'aria-colindex': column + 1,
      'aria-busy': value === undefined ? 'true' : undefined,
      'data-row': row,
      'data-column': column,
      tabindex: -1,
    });
    cell.textContent = value === undefined ? '' : cellText(value) + (windows.clipped(row, column) ? '…' : '');
    return cell;
  }

  /** Sets the one tab stop and the marks of the selection in a row. */
  private markFocus(row: HTMLElement, index: number): void {
    const { focus } = this.options.state;
    const range = this.selected;
    const single = isSingle(range);
    for (const cell of row.querySelectorAll<HTMLElement>('[data-column]')) {
      const column = Number(cell.dataset['column']);
      cell.tabIndex = index === focus.row && column === focus.column ? 0 : -1;
      if (index >= 0) {
        const inside = contains(range, { row: index, column });
        cell.setAttribute('aria-selected', String(inside));
        // One cell is marked by the focus alone.
        cell.classList.toggle('selected', inside && !single);
      }
    }
  }

  private clear(): void {
    const hadFocus = this.body.contains(document.activeElement);
    for (const row of this.rows.values()) {
      row.remove();
    }
    this.rows.clear();
    if (hadFocus) {
      this.draw();
      this.focus();
    }
  }

  private clampFocus(): void {
    const { state } = this.options;
    const last = (this.windows?.rows ?? 0) - 1;
    const clamp = (at: Place): Place => ({ row: Math.min(at.row, last), column: at.column });
    state.focus = clamp(state.focus);
    state.anchor = clamp(state.anchor);
  }

  private cellAt({ row, column }: Place): HTMLElement | null {
    return (row < 0 ? this.header : this.rows.get(row))?.querySelector<HTMLElement>(`[data-column="${column}"]`) ?? null;
  }

  private listen(): void {
    this.root.addEventListener('keydown', (event) => this.onKey(event));
    this.root.addEventListener('mousedown', (event) => this.onMouse(event));
    this.root.addEventListener('mousemove', (event) => {
      const at = event.buttons === 1 && this.dragging ? placeOf(event.target) : undefined;
      if (at !== undefined) {
        this.go(at, true, false);
      }
    });
    this.root.addEventListener('mouseup', () => (this.dragging = false));
    this.root.addEventListener('dblclick', (event) => {
      const at = placeOf(event.target);
      if (at !== undefined) {
        this.options.events.open(at);
      }
    });
  }

  private onMouse(event: MouseEvent): void {
    const target = event.target instanceof HTMLElement ? event.target : undefined;
    const number = target?.closest<HTMLElement>('.number');
    const at = placeOf(event.target);
    if (event.button !== 0 && at !== undefined && contains(this.selected, at)) {
      return; // A context menu is about the selection.
    }
    if (number !== null && number !== undefined) {
      event.preventDefault();
      this.selectRow(Number(number.dataset['row']), event.shiftKey);
    } else if (at !== undefined) {
      event.preventDefault();
      this.dragging = event.button === 0;
      this.go(at, event.shiftKey, true);
    }
  }

  private selectRow(row: number, extend: boolean): void {
    const { state, columns } = this.options;
    const anchor = extend ? state.anchor.row : row;
    state.anchor = { row: anchor, column: columns.length - 1 };
    this.go({ row, column: 0 }, true, true);
  }

  private onKey(event: KeyboardEvent): void {
    if (event.target instanceof HTMLInputElement) {
      return;
    }
    const { state, events, columns } = this.options;
    const rows = this.windows?.rows ?? 0;
    const ctrl = event.ctrlKey || event.metaKey;
    const page = Math.max(1, Math.floor(this.down.viewport() / rowHeight) - 1);
    const target = event.altKey ? undefined : move(state.focus, { key: event.key, ctrl }, { rows, columns: columns.length, page });
    if (target !== undefined) {
      this.go(target, event.shiftKey, true);
    } else if (ctrl && event.key.toLowerCase() === 'c' && state.focus.row >= 0) {
      events.copy(this.selected);
    } else if (ctrl && event.key.toLowerCase() === 'a' && rows > 0) {
      state.anchor = { row: rows - 1, column: columns.length - 1 };
      this.go({ row: 0, column: 0 }, true, false);
    } else if (event.key === 'Enter' || event.key === ' ') {
      if (state.focus.row < 0) {
        events.sort(state.focus.column, event.shiftKey);
      } else {
        events.open(state.focus);
      }
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** Moves the focus; extend keeps the anchor, so that what lies between is selected. */
  private go(target: Place, extend: boolean, reveal: boolean): void {
    const { state, events } = this.options;
    state.focus = target;
    if (!extend || target.row < 0) {
      state.anchor = target;
    }
    if (reveal) {
      this.reveal(target);
    }
    this.draw();
    this.focus();
    events.select(this.selected);
  }

  private reveal({ row, column }: Place): void {
    if (row >= 0) {
      this.down.reveal(row * rowHeight, rowHeight);
    }
    let start = 0;
    for (let index = 0; index < column; index++) {
      start += this.width(index);
    }
    this.across.reveal(start, this.width(column));
  }
}

function place(cell: HTMLElement, { start, size }: Item): void {
  cell.style.left = `calc(var(--number-width) + ${start}px)`;
  cell.style.width = `${size}px`;
}

function placeOf(target: EventTarget | null): Place | undefined {
  const cell = target instanceof HTMLElement ? target.closest<HTMLElement>('[role="gridcell"]') : null;
  return cell === null ? undefined : { row: Number(cell.dataset['row']), column: Number(cell.dataset['column']) };
}
