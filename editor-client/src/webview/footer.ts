/** The line below the grid: rows shown of rows, time, bytes, and whether something was cut. */
import type { QueryStats, ResultTable } from '../protocol.gen';
import { element, icon } from './dom';

export function footerText(table: ResultTable, shown: number, stats: QueryStats | undefined): Node[] {
  const parts: Node[] = [part(rowsText(shown, table.rows))];
  if (stats !== undefined) {
    parts.push(part(duration(stats.ms)));
    if (stats.bytes !== undefined && stats.bytes > 0) {
      parts.push(part(bytesText(stats.bytes)));
    }
  }
  if (table.truncated) {
    parts.push(element('span', { class: 'part cut' }, icon('warning'), 'Cut by a limit: there are more rows than these'));
  }
  return parts;
}

export function rowsText(shown: number, all: number): string {
  const noun = all === 1 ? 'row' : 'rows';
  return shown === all ? `${number(all)} ${noun}` : `${number(shown)} of ${number(all)} ${noun}`;
}

export function duration(milliseconds: number): string {
  if (milliseconds < 1000) {
    return `${Math.round(milliseconds)} ms`;
  }
  const seconds = milliseconds / 1000;
  return seconds < 60 ? `${seconds.toFixed(seconds < 10 ? 2 : 1)} s` : `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}

export function bytesText(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit] ?? ''}`;
}

function number(value: number): string {
  return value.toLocaleString('en');
}

function part(text: string): HTMLElement {
  return element('span', { class: 'part' }, text);
}
