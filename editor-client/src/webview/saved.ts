/** What the view saved of itself before it was hidden: the tab in front, and for each tab its sort, filters and place. */
import type { TableState } from './state';

export interface Saved {
  front: string;
  states: Record<string, TableState>;
}

type Shape = Record<string, unknown>;

const object = (v: unknown): v is Shape => typeof v === 'object' && v !== null && !Array.isArray(v);
const number = (v: unknown): boolean => typeof v === 'number' && Number.isFinite(v);
const list = (v: unknown, test: (v: unknown) => boolean): boolean => Array.isArray(v) && v.every(test);
const place = (v: unknown): boolean => object(v) && number(v['row']) && number(v['column']);

/** An older version of us may have saved it: what doesn't fit is as if it had never been saved. */
export function readSaved(value: unknown): Saved {
  if (!object(value) || typeof value['front'] !== 'string' || !object(value['states'])) {
    return { front: '', states: {} };
  }
  const states = Object.entries(value['states']).filter(([, state]) => isState(state));
  return { front: value['front'], states: Object.fromEntries(states) as Record<string, TableState> };
}

function isState(v: unknown): boolean {
  return (
    object(v) &&
    typeof v['search'] === 'string' &&
    typeof v['filtering'] === 'boolean' &&
    list(v['sort'], (key) => object(key) && number(key['column'])) &&
    object(v['grid']) &&
    place(v['grid']['focus']) &&
    place(v['grid']['anchor']) &&
    number(v['grid']['top']) &&
    number(v['grid']['left']) &&
    list(v['grid']['widths'], number) &&
    list(v['grid']['filters'], (text) => text === null || typeof text === 'string')
  );
}
