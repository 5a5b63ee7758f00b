/** One header cell: name, type, sort sign, a handle to drag its width, and a filter box when filters are shown. The name can be dragged elsewhere. */
import type { SheetColumn } from '../../generated/protocol';
import { element, icon } from './dom';

export interface HeaderOptions {
  readonly column: SheetColumn;
  /** Its place among the columns shown. */
  readonly index: number;
  readonly filtering: boolean;
  readonly onFilter: (text: string) => void;
  readonly onSort: (add: boolean) => void;
  /** Done: the person let go. */
  readonly onResize: (width: number, done: boolean) => void;
  readonly onMove: (to: number) => void;
  readonly onMenu: (x: number, y: number) => void;
}

export function headerCell(options: HeaderOptions): HTMLElement {
  const { column, index } = options;
  const direction = { asc: 'ascending', desc: 'descending' }[column.sort ?? ''] ?? 'none';
  const name = element(
    'div',
    { class: 'name', title: `${column.name}: ${column.type}\nA click sorts; with Shift by this column too. Drag to move.` },
    element('span', { class: 'label' }, column.name),
    element('span', { class: 'type' }, column.total ?? column.type),
  );
  if (column.sort !== undefined) {
    name.append(icon(column.sort === 'desc' ? 'arrow-down' : 'arrow-up'));
  }
  if (column.place !== undefined) {
    name.append(element('span', { class: 'order', 'aria-hidden': 'true' }, String(column.place)));
  }
  if (column.filter !== undefined && !options.filtering) {
    name.append(icon('filter-filled'));
  }
  const more = element('span', { class: 'more codicon codicon-chevron-down', 'aria-hidden': 'true' });
  more.addEventListener('click', (event) => options.onMenu(event.clientX, event.clientY));
  const cell = element('div', { class: 'head', role: 'columnheader', 'aria-colindex': index + 1, 'aria-sort': direction, 'data-column': index, tabindex: -1 }, name, more);
  dragName(name, options);
  if (options.filtering) {
    const box = element('input', { type: 'text', class: 'filter', value: column.filter, placeholder: column.hint, 'aria-label': `Filter ${column.name}`, spellcheck: 'false' });
    box.addEventListener('input', () => options.onFilter(box.value));
    cell.append(box);
  }
  const handle = element('div', { class: 'handle', 'aria-hidden': 'true' });
  let width = 0;
  dragged(handle, {
    start: () => (width = cell.offsetWidth),
    move: (dx) => options.onResize(width + dx, false),
    end: (dx) => options.onResize(width + dx, true),
  });
  cell.append(handle);
  return cell;
}

/** A click sorts; a drag takes the column to where it ends. */
function dragName(name: HTMLElement, { onSort, onMove }: HeaderOptions): void {
  const target = (event: PointerEvent): HTMLElement | undefined =>
    document.elementsFromPoint(event.clientX, event.clientY).find((at): at is HTMLElement => at instanceof HTMLElement && at.classList.contains('head'));
  const unmark = (): void => document.querySelector('.head.drop')?.classList.remove('drop');
  dragged(name, {
    start: () => undefined,
    move: (dx, event) => {
      unmark();
      if (Math.abs(dx) > 5) {
        target(event)?.classList.add('drop');
      }
    },
    end: (dx, event) => {
      unmark();
      const to = target(event);
      if (Math.abs(dx) <= 5) {
        onSort(event.shiftKey);
      } else if (to !== undefined) {
        onMove(Number(to.dataset['column']));
      }
    },
  });
}

interface Drag {
  start(): void;
  move(dx: number, event: PointerEvent): void;
  end(dx: number, event: PointerEvent): void;
}

function dragged(part: HTMLElement, drag: Drag): void {
  part.addEventListener('pointerdown', (down) => {
    if (down.button !== 0) {
      return;
    }
    down.preventDefault();
    down.stopPropagation();
    part.setPointerCapture(down.pointerId);
    drag.start();
    const move = (event: PointerEvent): void => drag.move(event.clientX - down.clientX, event);
    part.addEventListener('pointermove', move);
    part.addEventListener(
      'pointerup',
      (event) => {
        part.removeEventListener('pointermove', move);
        drag.end(event.clientX - down.clientX, event);
      },
      { once: true },
    );
  });
}
