/**
 * Which cell has the focus and which rectangle is selected. Row -1 is the header. Pure: a key and the grid's size in, the
 * new place out.
 */
import type { CellRange } from '../../generated/protocol';

export interface Place {
  readonly row: number;
  readonly column: number;
}

export interface Size {
  readonly rows: number;
  readonly columns: number;
  /** Rows that one page shows. */
  readonly page: number;
}

export interface Key {
  readonly key: string;
  readonly ctrl: boolean;
}

/** Where a key leads from a place; undefined when the key isn't one that moves. */
export function move(from: Place, key: Key, size: Size): Place | undefined {
  const target = jump(from, key, size);
  if (target === undefined) {
    return undefined;
  }
  return {
    row: Math.max(-1, Math.min(size.rows - 1, target.row)),
    column: Math.max(0, Math.min(size.columns - 1, target.column)),
  };
}

function jump({ row, column }: Place, { key, ctrl }: Key, size: Size): Place | undefined {
  switch (key) {
    case 'ArrowUp':
      return { row: ctrl ? Math.min(row, 0) : row - 1, column };
    case 'ArrowDown':
      return { row: ctrl ? size.rows - 1 : row + 1, column };
    case 'ArrowLeft':
      return { row, column: ctrl ? 0 : column - 1 };
    case 'ArrowRight':
      return { row, column: ctrl ? size.columns - 1 : column + 1 };
    case 'Home':
      return { row: ctrl ? 0 : row, column: 0 };
    case 'End':
      return { row: ctrl ? size.rows - 1 : row, column: size.columns - 1 };
    case 'PageUp':
      return { row: row < 0 ? row : Math.max(0, row - size.page), column };
    case 'PageDown':
      return { row: row + size.page, column };
    default:
      return undefined;
  }
}

/** The rectangle between two places. The header isn't part of it. */
export function rectangle(anchor: Place, head: Place): CellRange {
  return {
    startRow: Math.max(0, Math.min(anchor.row, head.row)),
    endRow: Math.max(anchor.row, head.row) + 1,
    startColumn: Math.min(anchor.column, head.column),
    endColumn: Math.max(anchor.column, head.column) + 1,
  };
}

export function contains(range: CellRange, { row, column }: Place): boolean {
  return row >= range.startRow && row < range.endRow && column >= range.startColumn && column < range.endColumn;
}

export function isSingle(range: CellRange): boolean {
  return range.endRow - range.startRow === 1 && range.endColumn - range.startColumn === 1;
}
