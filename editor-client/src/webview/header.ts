/** One header cell: name, type, sort sign, a handle to drag its width, and a filter box when filters are shown. */
import type { ResultColumn, SortKey } from '../protocol.gen';
import { element, icon } from './dom';
import { filterHint } from './filter';

export interface HeaderOptions {
  readonly column: ResultColumn;
  readonly index: number;
  readonly sort: readonly SortKey[];
  /** What the filter box holds; undefined when filters aren't shown. */
  readonly filter: string | undefined;
  readonly onFilter: (text: string) => void;
  readonly onSort: (add: boolean) => void;
  readonly onResize: (width: number) => void;
}

export function headerCell(options: HeaderOptions): HTMLElement {
  const { column, index, sort } = options;
  const key = sort.find((key) => key.column === index);
  const direction = key === undefined ? 'none' : key.descending === true ? 'descending' : 'ascending';
  const name = element(
    'div',
    { class: 'name', title: `${column.name}: ${column.type}\nEnter or a click sorts; with Shift by this column too.` },
    element('span', { class: 'label' }, column.name),
    element('span', { class: 'type' }, column.type),
  );
  if (key !== undefined) {
    name.append(icon(key.descending === true ? 'arrow-down' : 'arrow-up'));
    if (sort.length > 1) {
      name.append(element('span', { class: 'order', 'aria-hidden': 'true' }, String(sort.indexOf(key) + 1)));
    }
  }
  name.addEventListener('click', (event) => options.onSort(event.shiftKey));
  const cell = element(
    'div',
    { class: 'head', role: 'columnheader', 'aria-colindex': index + 1, 'aria-sort': direction, 'data-column': index, tabindex: -1 },
    name,
  );
  if (options.filter !== undefined) {
    cell.append(filterBox(options, options.filter));
  }
  cell.append(handle(cell, options.onResize));
  return cell;
}

function filterBox({ column, onFilter }: HeaderOptions, text: string): HTMLInputElement {
  const box = element('input', {
    type: 'text',
    class: 'filter',
    value: text,
    placeholder: filterHint(column.type),
    'aria-label': `Filter ${column.name}`,
    spellcheck: 'false',
  });
  box.addEventListener('input', () => onFilter(box.value));
  return box;
}

function handle(cell: HTMLElement, onResize: (width: number) => void): HTMLElement {
  const made = element('div', { class: 'handle', 'aria-hidden': 'true' });
  made.addEventListener('pointerdown', (down) => {
    down.preventDefault();
    down.stopPropagation();
    made.setPointerCapture(down.pointerId);
    const width = cell.offsetWidth;
    const drag = (event: PointerEvent): void => onResize(width + event.clientX - down.clientX);
    made.addEventListener('pointermove', drag);
    made.addEventListener('pointerup', () => made.removeEventListener('pointermove', drag), { once: true });
  });
  return made;
}
