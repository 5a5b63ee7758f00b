/**
 * The rows of the grid: which are to be drawn, and where. All are of one height, so that is arithmetic, and a million of them
 * cost no more than ten: virtual-core would measure each before the first is seen.
 */
import type { Item } from './column-axis';
import { scaleOf, type Scale } from './scale';

/** Rows that are drawn above and below those in sight, so that a small scroll finds them there. */
const beyond = 6;

export interface RowAxisOptions {
  readonly scroller: HTMLElement;
  /** Pixels of the sticky header, which covers the start of the scroller. */
  readonly covered: () => number;
  /** Of one row, in pixels. */
  readonly height: number;
  readonly changed: () => void;
}

export class RowAxis {
  private count = 0;
  private kept: number | undefined;

  constructor(private readonly options: RowAxisOptions) {
    options.scroller.addEventListener('scroll', options.changed, { passive: true });
  }

  resize(count: number): void {
    this.count = count;
  }

  /** Keeps one row drawn wherever the scroll is. */
  keep(index: number | undefined): void {
    this.kept = index;
  }

  /** What is in sight: first and last row. */
  visible(): { first: number; last: number } {
    const { height, scroller } = this.options;
    const end = Math.max(0, this.count - 1);
    const first = Math.floor(this.position() / height);
    const last = Math.ceil((this.position() + scroller.clientHeight) / height) - 1;
    return { first: Math.max(0, Math.min(first, end)), last: Math.max(0, Math.min(last, end)) };
  }

  /** What is to be drawn; start is that in the element that scrolls. */
  items(): Item[] {
    if (this.count === 0) {
      return [];
    }
    const { first, last } = this.visible();
    const [from, to] = [Math.max(0, first - beyond), Math.min(this.count - 1, last + beyond)];
    const indices = Array.from({ length: to - from + 1 }, (_, at) => from + at);
    if (this.kept !== undefined && this.kept < this.count && (this.kept < from || this.kept > to)) {
      indices.push(this.kept);
    }
    const { height, scroller } = this.options;
    const shift = scroller.scrollTop - this.position();
    return indices.map((index) => ({ index, start: index * height + shift, size: height }));
  }

  /** Length of the element that scrolls, in pixels. */
  length(): number {
    return this.scale().height;
  }

  /** Pixels in sight, without what is covered. */
  viewport(): number {
    return Math.max(0, this.options.scroller.clientHeight - this.options.covered());
  }

  /** Scrolls as little as it takes to have a row in sight. */
  reveal(index: number): void {
    const { height } = this.options;
    const [start, from] = [index * height, this.position()];
    if (start < from) {
      this.scroll(start);
    } else if (start + height > from + this.viewport()) {
      this.scroll(start + height - this.viewport());
    }
  }

  private scroll(position: number): void {
    this.options.scroller.scrollTop = position / this.scale().factor;
  }

  /** Where the list is scrolled to, in pixels of the list. */
  private position(): number {
    return this.options.scroller.scrollTop * this.scale().factor;
  }

  private scale(): Scale {
    return scaleOf(this.count * this.options.height, this.viewport());
  }
}
