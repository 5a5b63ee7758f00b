/** How a value looks in the grid. The server has written all that JavaScript can't hold as text already. */
import type { Cell, ColumnType } from '../../generated/protocol';

const right: ReadonlySet<ColumnType> = new Set<ColumnType>(['int', 'long', 'real', 'decimal', 'timespan']);

/** Numbers stand on the right, so that their digits line up. */
export function alignsRight(type: ColumnType): boolean {
  return right.has(type);
}

/** One line of text: a grid row has no room for a second. */
export function cellText(value: Cell): string {
  if (value === null) {
    return 'null';
  }
  return typeof value === 'string' ? value.replace(/\r\n|\r|\n/g, '↵ ') : String(value);
}
