/**
 * The grid: rows and columns of a view, drawn only where they are in sight. It knows places, keys and pixels; what is in a
 * cell comes from Windows, and what a sort or a filter does is the server's matter.
 *
 * The scroller holds a sticky header and a body as tall as all rows; rows stand in it by transform. Row numbers and fixed columns are
 * sticky on the left. One cell has the keyboard focus, the header being row -1. Columns count as they are shown.
 */
import type { CellRange, SheetColumn } from '../../generated/protocol';
import { alignsRight, cellText } from './cells';
import { ColumnAxis, type Item } from './column-axis';
import { element, icon } from './dom';
import { headerCell } from './header';
import { below, type At } from './menu';
import { RowAxis } from './row-axis';
import { contains, isSingle, move, rectangle, type Place } from './selection';
import type { GridState } from './state';
import type { Windows } from './windows';

const rowHeight = 24;

export interface GridEvents {
  /** Sort by this column; add to what is sorted by already. */
  sort(column: number, add: boolean): void;
  filter(column: number, text: string): void;
  resize(column: number, width: number): void;
  move(column: number, to: number): void;
  toggle(row: number): void;
  open(place: Place): void;
  menu(place: Place, at: At): void;
  copy(headers: boolean): void;
  select(range: CellRange): void;
}

export class Grid {
  readonly root: HTMLElement;
  private readonly header = element('div', { class: 'header', role: 'row', 'aria-rowindex': 1 });
  private readonly headFrozen = element('div', { class: 'frozen', role: 'presentation' });
  private readonly body = element('div', { class: 'rows', role: 'presentation' });
  private readonly rows = new Map<number, HTMLElement>();
  private readonly down: RowAxis;
  private readonly across: ColumnAxis;
  private readonly charWidth: number;
  private columns: readonly SheetColumn[] = [];
  private widths: number[] = [];
  // The first so many columns stay in sight.
  private fixed = 0;
  private signature = '';
  private windows: Windows | undefined;
  private frame = 0;
  private dragging = false;
  private lastTop = 0;

  constructor(
    label: string,
    private readonly state: GridState,
    private readonly events: GridEvents,
  ) {
    this.root = element('div', { class: 'grid', role: 'grid', 'aria-label': label, 'aria-multiselectable': 'true', 'data-vscode-context': '{"preventDefaultContextMenuItems": true}' });
    this.root.append(this.header, this.body);
    document.body.append(this.root); // Fonts are known only in the page; the owner moves it to its place.
    this.charWidth = widthOfZero(getComputedStyle(this.root));
    const changed = (): void => this.schedule();
    this.down = new RowAxis({ scroller: this.root, covered: () => this.headerHeight, height: rowHeight, changed });
    this.across = new ColumnAxis({ scroller: this.root, covered: () => this.frozenWidth, size: (index) => this.widths[index + this.fixed] ?? 120, changed });
    this.listen();
  }

  private get headerHeight(): number {
    return this.state.filtering ? 56 : 28;
  }

  private get numberWidth(): number {
    return Math.max(40, Math.ceil((this.windows?.rows ?? 0).toLocaleString('en').length * this.charWidth + 18));
  }

  private get frozenWidth(): number {
    return this.numberWidth + this.startOf(this.fixed);
  }

  /** Shows a view; stay keeps the place that is scrolled to. */
  show(windows: Windows, columns: readonly SheetColumn[], stay: boolean): void {
    const first = this.windows === undefined;
    const hadFocus = this.hasFocus;
    if (this.windows !== windows) {
      this.windows?.close();
    }
    this.windows = windows;
    this.columns = columns;
    this.widths = columns.map((column) => column.width ?? Math.round(Math.max(64, Math.min(420, column.chars * this.charWidth + 20))));
    this.countFixed();
    // A filter box that is typed in must stay as it is.
    const signature = JSON.stringify([this.state.filtering, this.fixed, columns.map(({ filter, ...column }) => [column, this.state.filtering ? '' : filter])]);
    if (signature !== this.signature) {
      this.signature = signature;
      this.header.replaceChildren(this.headFrozen);
      this.headFrozen.replaceChildren(element('div', { class: 'corner', role: 'presentation' }));
    }
    this.root.setAttribute('aria-rowcount', String(windows.rows + 1));
    this.root.setAttribute('aria-colcount', String(columns.length));
    this.clear();
    const clamp = (at: Place): Place => ({ row: Math.min(at.row, windows.rows - 1), column: Math.max(0, Math.min(at.column, columns.length - 1)) });
    this.state.focus = clamp(this.state.focus);
    this.state.anchor = clamp(this.state.anchor);
    this.layout();
    if (first || !stay) {
      this.root.scrollTop = first ? this.state.top : 0;
    }
    if (first) {
      this.root.scrollLeft = this.state.left;
    }
    this.draw();
    if (hadFocus) {
      this.focus();
    }
  }

  /** Rows came in: shown at once, a frame later would be seen. */
  readonly refresh = (): void => this.draw();

  /** The size of the view changed. What is drawn stays, and a screen reader where it is, but for columns that have room at the left now, or none. */
  resized(): void {
    const { fixed } = this;
    this.countFixed();
    if (this.fixed !== fixed && this.windows !== undefined) {
      this.show(this.windows, this.columns, true);
    } else {
      this.draw();
    }
  }

  focus(): void {
    const cell = this.cellAt(this.state.focus);
    if (cell !== document.activeElement) {
      cell?.focus({ preventScroll: true }); // Scrolling is reveal's matter: the browser's own would pull the grid back whenever it is drawn anew.
    }
  }

  /** Puts the keyboard into a column's filter box. */
  focusFilter(column: number): void {
    this.reveal({ row: -1, column });
    this.draw();
    this.header.querySelector<HTMLElement>(`[data-column="${column}"] input`)?.focus();
  }

  /** What the handle of a column does by drag: a step wider, or narrower. */
  widen(column: number, step: number): void {
    this.events.resize(column, Math.max(32, (this.widths[column] ?? 0) + 24 * step));
  }

  /** The selected rectangle: one cell at least. */
  get selected(): CellRange {
    return rectangle(this.state.anchor, this.state.focus);
  }

  dispose(): void {
    cancelAnimationFrame(this.frame);
    this.windows?.close();
    this.across.dispose();
    this.root.remove();
  }

  /** True when a cell has the keyboard; a filter box keeps it to itself. */
  private get hasFocus(): boolean {
    return this.root.contains(document.activeElement) && document.activeElement?.tagName !== 'INPUT';
  }

  /** Fixed columns leave room for the others. */
  private countFixed(): void {
    this.fixed = this.columns.findIndex((column) => column.fixed !== true);
    if (this.fixed < 0) {
      this.fixed = this.columns.length;
    }
    while (this.fixed > 0 && this.root.clientWidth > 0 && this.frozenWidth > this.root.clientWidth * 0.7) {
      this.fixed--;
    }
  }

  private startOf(column: number): number {
    return this.widths.slice(0, column).reduce((sum, width) => sum + width, 0);
  }

  private layout(): void {
    this.root.style.setProperty('--number-width', `${this.numberWidth}px`);
    this.root.style.setProperty('--frozen-width', `${this.frozenWidth}px`);
    this.down.resize(this.windows?.rows ?? 0);
    this.across.resize(this.columns.length - this.fixed);
    const width = this.across.length() + this.frozenWidth;
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

  /** The columns to draw, each where it stands in its part of the row. */
  private shown(): Item[] {
    const fixed = this.widths.slice(0, this.fixed).map((size, index) => ({ index, size, start: this.numberWidth + this.startOf(index) }));
    return [...fixed, ...this.across.items().map(({ index, size, start }) => ({ index: index + this.fixed, size, start: this.frozenWidth + start }))];
  }

  private draw(): void {
    const windows = this.windows;
    if (windows === undefined) {
      return;
    }
    const { state } = this;
    this.down.keep(state.focus.row < 0 ? undefined : state.focus.row);
    this.across.keep(state.focus.column < this.fixed ? undefined : state.focus.column - this.fixed);
    const items = this.down.items(); // before anything is drawn: it asks where the scroll is
    const { first, last } = this.down.visible();
    windows.want(first, last, this.root.scrollTop >= this.lastTop);
    this.lastTop = state.top = this.root.scrollTop;
    state.left = this.root.scrollLeft;
    const hadFocus = this.hasFocus;
    const columns = this.shown();
    this.drawHeader(columns);
    this.drawRows(windows, items, columns);
    if (hadFocus) {
      this.focus();
    }
  }

  private drawHeader(columns: readonly Item[]): void {
    const wanted = new Set(columns.map((item) => item.index));
    for (const cell of this.header.querySelectorAll<HTMLElement>('.head')) {
      const item = columns.find(({ index }) => index === Number(cell.dataset['column']));
      if (item === undefined) {
        cell.remove();
      } else {
        wanted.delete(item.index);
        place(cell, item); // the column of numbers is as wide as the last of them
      }
    }
    for (const box of this.header.querySelectorAll<HTMLInputElement>('input.filter')) {
      const filter = this.columns[placeOf(box)?.column ?? -1]?.filter ?? '';
      if (box !== document.activeElement && box.value !== filter) {
        box.value = filter;
      }
    }
    for (const item of columns) {
      const column = this.columns[item.index];
      if (wanted.has(item.index) && column !== undefined) {
        const cell = this.makeHeader(column, item.index);
        place(cell, item);
        (item.index < this.fixed ? this.headFrozen : this.header).append(cell);
      }
    }
    this.mark(this.header, -1);
  }

  private makeHeader(column: SheetColumn, index: number): HTMLElement {
    const { events } = this;
    return headerCell({
      column,
      index,
      filtering: this.state.filtering,
      onFilter: (text) => events.filter(index, text),
      onSort: (add) => events.sort(index, add),
      onResize: (width, done) => {
        this.widths[index] = Math.max(32, Math.round(width));
        this.layout();
        this.clear();
        for (const item of this.shown()) {
          const cell = this.header.querySelector<HTMLElement>(`[data-column="${item.index}"]`);
          if (cell !== null) {
            place(cell, item);
          }
        }
        this.draw();
        if (done) {
          events.resize(index, this.widths[index] ?? 0);
        }
      },
      onMove: (to) => to !== index && events.move(index, to),
      onMenu: (x, y) => events.menu({ row: -1, column: index }, { x, y }),
    });
  }

  /** Draws what isn't drawn yet as it is now: other columns, or values that have come. Values to come have no cells, but for the focus. */
  private drawRows(windows: Windows, items: readonly Item[], columns: readonly Item[]): void {
    const across = columns.map((item) => item.index).join();
    const looks = new Map(items.map(({ index }) => [index, windows.has(index) ? across : index === this.state.focus.row ? `${across} to come` : 'to come']));
    for (const [index, row] of this.rows) {
      if (row.dataset['look'] !== looks.get(index)) {
        row.remove();
        this.rows.delete(index);
      }
    }
    for (const { index, start } of items) {
      let row = this.rows.get(index);
      if (row === undefined) {
        const look = looks.get(index);
        row = this.makeRow(windows, index, look === 'to come' ? [] : columns);
        row.dataset['look'] = look;
        this.rows.set(index, row);
        this.body.append(row);
      }
      row.style.transform = `translateY(${start}px)`;
      this.mark(row, index);
    }
  }

  private makeRow(windows: Windows, index: number, columns: readonly Item[]): HTMLElement {
    const heading = windows.heading(index);
    const kind = (index % 2 === 0 ? '' : ' odd') + (heading === undefined ? '' : ' group') + (columns.length === 0 ? ' loading' : '');
    const row = element('div', { class: `row${kind}`, role: 'row', 'aria-rowindex': index + 2, 'aria-busy': columns.length === 0 ? 'true' : undefined });
    const number = element('div', { class: 'number', role: 'rowheader', 'data-row': index }, (index + 1).toLocaleString('en'));
    const frozen = element('div', { class: 'frozen', role: 'presentation' }, number);
    row.append(frozen);
    for (const item of columns) {
      const column = this.columns[item.index];
      if (column !== undefined) {
        const cell = this.makeCell(windows, index, item.index, column);
        if (heading !== undefined && !heading.last && heading.level === item.index) {
          cell.setAttribute('aria-expanded', String(heading.opened));
          cell.prepend(icon(heading.opened ? 'chevron-down' : 'chevron-right'));
        }
        place(cell, item);
        (item.index < this.fixed ? frozen : row).append(cell);
      }
    }
    return row;
  }

  private makeCell(windows: Windows, row: number, column: number, { type }: SheetColumn): HTMLElement {
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
  private mark(row: HTMLElement, index: number): void {
    const { focus } = this.state;
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

  private cellAt({ row, column }: Place): HTMLElement | null {
    return (row < 0 ? this.header : this.rows.get(row))?.querySelector<HTMLElement>(`[data-column="${column}"]`) ?? null;
  }

  private listen(): void {
    const { root, events } = this;
    root.addEventListener('keydown', (event) => this.onKey(event));
    root.addEventListener('mousedown', (event) => this.onMouse(event));
    root.addEventListener('mousemove', (event) => {
      const at = event.buttons === 1 && this.dragging ? placeOf(event.target) : undefined;
      if (at !== undefined && at.row >= 0) {
        this.go(at, true, false);
      }
    });
    root.addEventListener('mouseup', () => (this.dragging = false));
    root.addEventListener('dblclick', (event) => {
      const at = placeOf(event.target);
      if (at !== undefined && at.row >= 0) {
        this.open(at);
      }
    });
    root.addEventListener('contextmenu', (event) => {
      const at = placeOf(event.target);
      if (at !== undefined && !(event.target instanceof HTMLInputElement)) {
        event.preventDefault();
        events.menu(at, { x: event.clientX, y: event.clientY });
      }
    });
  }

  /** A heading opens its group, a cell shows itself. */
  private open(at: Place): void {
    if (this.windows?.heading(at.row) === undefined) {
      this.events.open(at);
    } else {
      this.events.toggle(at.row);
    }
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
      const row = Number(number.dataset['row']);
      this.state.anchor = { row: event.shiftKey ? this.state.anchor.row : row, column: this.columns.length - 1 };
      this.go({ row, column: 0 }, true, true);
    } else if (at !== undefined && at.row >= 0) {
      event.preventDefault();
      this.dragging = event.button === 0;
      this.go(at, event.shiftKey, true);
      if (target?.matches('.group .codicon') === true) {
        this.events.toggle(at.row);
      }
    }
  }

  private onKey(event: KeyboardEvent): void {
    const { state, events, columns } = this;
    const { focus } = state;
    const rows = this.windows?.rows ?? 0;
    const filter = event.target instanceof HTMLInputElement ? placeOf(event.target) : undefined;
    if (filter !== undefined) {
      if (event.key === 'ArrowDown' || event.key === 'Escape') {
        event.preventDefault();
        this.go({ ...filter, row: Math.min(0, rows - 1) }, false, true);
      }
      return;
    }
    const ctrl = event.ctrlKey || event.metaKey;
    const page = Math.max(1, Math.floor(this.down.viewport() / rowHeight) - 1);
    const target = event.altKey ? undefined : move(focus, { key: event.key, ctrl }, { rows, columns: columns.length, page });
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (target !== undefined) {
      this.go(target, event.shiftKey, true);
    } else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey) || (event.altKey && event.key === 'ArrowDown')) {
      events.menu(focus, below(this.cellAt(focus) ?? this.root));
    } else if (event.altKey && event.shiftKey && step !== undefined) {
      this.widen(focus.column, step);
    } else if (event.altKey && step !== undefined) {
      const to = Math.max(0, Math.min(columns.length - 1, focus.column + step));
      events.move(focus.column, to);
      this.go({ ...focus, column: to }, false, true);
    } else if (ctrl && event.key.toLowerCase() === 'c' && focus.row >= 0) {
      events.copy(event.shiftKey);
    } else if (ctrl && event.key.toLowerCase() === 'a' && rows > 0) {
      state.anchor = { row: rows - 1, column: columns.length - 1 };
      this.go({ row: 0, column: 0 }, true, false);
    } else if (event.key === ' ' && (ctrl || event.shiftKey) && rows > 0) {
      state.anchor = ctrl ? { row: rows - 1, column: focus.column } : { row: focus.row, column: columns.length - 1 };
      this.go(ctrl ? { row: 0, column: focus.column } : { row: focus.row, column: 0 }, true, false);
    } else if (event.key === 'Enter' || event.key === ' ') {
      if (focus.row < 0) {
        events.sort(focus.column, event.shiftKey);
      } else {
        this.open(focus);
      }
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** Moves the focus; extend keeps the anchor, so that what lies between is selected. */
  private go(target: Place, extend: boolean, reveal: boolean): void {
    this.state.focus = target;
    if (!extend || target.row < 0) {
      this.state.anchor = target;
    }
    if (reveal) {
      this.reveal(target);
    }
    this.draw();
    this.focus();
    this.events.select(this.selected);
  }

  private reveal({ row, column }: Place): void {
    if (row >= 0) {
      this.down.reveal(row);
    }
    if (column >= this.fixed) {
      this.across.reveal(this.startOf(column) - this.startOf(this.fixed), this.widths[column] ?? 0);
    }
  }
}

function place(cell: HTMLElement, { start, size }: Item): void {
  cell.style.left = `${start}px`;
  cell.style.width = `${size}px`;
}

/** Of a cell, or of a header as row -1. */
function placeOf(target: EventTarget | null): Place | undefined {
  const cell = target instanceof HTMLElement ? target.closest<HTMLElement>('[data-column]') : null;
  return cell === null ? undefined : { row: Number(cell.dataset['row'] ?? -1), column: Number(cell.dataset['column']) };
}

function widthOfZero(style: CSSStyleDeclaration): number {
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) {
    return 8;
  }
  context.font = `${style.fontSize} ${style.fontFamily}`;
  return context.measureText('0').width;
}
