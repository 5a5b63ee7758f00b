/** Where a person is in a table: it outlives the grid when its tab goes to the back, or the whole view is hidden. All else the server keeps. */
import { object } from '../results/messages';
import type { Place } from './selection';

export interface GridState {
  focus: Place;
  anchor: Place;
  top: number;
  left: number;
  filtering: boolean;
  charting: boolean | undefined;
}

export interface Saved {
  front: string;
  tabs: Record<string, GridState>;
}

export function freshState(): GridState {
  return { focus: { row: 0, column: 0 }, anchor: { row: 0, column: 0 }, top: 0, left: 0, filtering: false, charting: undefined };
}

const place = (v: unknown): boolean => object(v) && Number.isFinite(v['row']) && Number.isFinite(v['column']);

/** An older version of us may have saved it: what doesn't fit is as if it had never been saved. */
export function readSaved(value: unknown): Saved {
  if (!object(value) || typeof value['front'] !== 'string' || !object(value['tabs'])) {
    return { front: '', tabs: {} };
  }
  const fits = ([, state]: [string, unknown]): boolean =>
    object(state) && place(state['focus']) && place(state['anchor']) && Number.isFinite(state['top']) && Number.isFinite(state['left']);
  return { front: value['front'], tabs: Object.fromEntries(Object.entries(value['tabs']).filter(fits)) as Record<string, GridState> };
}
