/** What a person types into a filter box, as a filter: "TEX" contains, "=TEXAS", "!=x", ">5", "<=2h", "^Tex", "!x", "null". */
import type { ColumnType, Filter, FilterOp } from '../protocol.gen';

// Longer signs first, or ">=" would be read as ">".
const signs: readonly (readonly [string, FilterOp])[] = [
  ['==', '=='],
  ['!=', '!='],
  ['<>', '!='],
  ['>=', '>='],
  ['<=', '<='],
  ['=', '=='],
  ['>', '>'],
  ['<', '<'],
];

/** The filter, or undefined for an empty box. */
export function parseFilter(column: number, type: ColumnType, text: string): Filter | undefined {
  const typed = text.trim();
  if (typed === '') {
    return undefined;
  }
  if (typed === 'null' || typed === '!null') {
    return { column, op: typed === 'null' ? 'isempty' : 'isnotempty' };
  }
  for (const [sign, op] of signs) {
    if (typed.startsWith(sign)) {
      const value = typed.slice(sign.length).trim();
      return value === '' ? undefined : { column, op, value };
    }
  }
  if (type !== 'string' && type !== 'dynamic') {
    return { column, op: '==', value: typed };
  }
  if (typed.startsWith('^') || typed.startsWith('!')) {
    const value = typed.slice(1);
    return value === '' ? undefined : { column, op: typed.startsWith('^') ? 'startswith' : '!contains', value };
  }
  return { column, op: 'contains', value: typed };
}

/** What the box says while it is empty. */
export function filterHint(type: ColumnType): string {
  return type === 'string' || type === 'dynamic' ? 'contains, =, !=, ^' : '=, !=, <, >, null';
}
