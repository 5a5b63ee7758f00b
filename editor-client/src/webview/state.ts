/** What outlives a table and its grid when their tab goes to the back, or the whole view is hidden. */
import type { SortKey } from '../protocol.gen';
import type { Place } from './selection';

export interface GridState {
  focus: Place;
  anchor: Place;
  top: number;
  left: number;
  widths: number[];
  filters: string[];
}

export interface TableState {
  readonly grid: GridState;
  sort: readonly SortKey[];
  search: string;
  filtering: boolean;
}

export function freshState(): TableState {
  const grid = { focus: { row: 0, column: 0 }, anchor: { row: 0, column: 0 }, top: 0, left: 0, widths: [], filters: [] };
  return { grid, sort: [], search: '', filtering: false };
}

