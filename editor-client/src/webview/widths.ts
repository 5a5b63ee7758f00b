/** How wide columns are at first: what the header and the first rows need, within limits. A person can drag them. */
import type { ResultColumn } from '../protocol.gen';
import { cellText } from './cells';
import type { Windows } from './windows';

const least = 64;
const most = 360;
const sampled = 60;

/** Measures text in the fonts of the page. */
export class TextMeasure {
  private readonly context = document.createElement('canvas').getContext('2d');

  constructor(private readonly style: CSSStyleDeclaration) {}

  width(text: string): number {
    if (this.context === null) {
      return text.length * 8;
    }
    this.context.font = `${this.style.fontSize} ${this.style.fontFamily}`;
    return this.context.measureText(text).width;
  }
}

/** Pixels for a column. Rows that aren't here yet don't count. */
export function columnWidth(column: ResultColumn, index: number, windows: Windows, measure: TextMeasure): number {
  // Name, type, sort sign and the gaps between them.
  let width = measure.width(`${column.name}  ${column.type}`) + 44;
  for (let row = 0; row < Math.min(sampled, windows.rows); row++) {
    const value = windows.cell(row, index);
    if (value !== undefined) {
      width = Math.max(width, measure.width(cellText(value).slice(0, 80)) + 20);
    }
  }
  return Math.round(Math.max(least, Math.min(most, width)));
}
