/**
 * One direction of the grid: which rows, or which columns, are to be drawn. A thin layer over virtual-core that adds the
 * scale for lists taller than an element can be, and the place of the focus, which is always drawn so that it isn't lost.
 */
import { Virtualizer, defaultRangeExtractor, elementScroll, observeElementOffset, observeElementRect } from '@tanstack/virtual-core';
import { scaleOf } from './scale';

export interface AxisOptions {
  readonly scroller: HTMLElement;
  readonly horizontal: boolean;
  /** Pixels of the sticky header, or of the row numbers, which cover the start of the scroller. */
  readonly covered: () => number;
  readonly size: (index: number) => number;
  readonly changed: () => void;
}

export interface Item {
  readonly index: number;
  readonly start: number;
  readonly size: number;
}

export class Axis {
  private readonly virtualizer: Virtualizer<HTMLElement, HTMLElement>;
  private readonly unmount: () => void;
  private count = 0;
  private kept: number | undefined;
  private factor = 1;

  constructor(private readonly options: AxisOptions) {
    this.virtualizer = new Virtualizer<HTMLElement, HTMLElement>(this.settings());
    this.unmount = this.virtualizer._didMount();
    this.virtualizer._willUpdate();
  }

  /** Says how many there are. Sizes are asked for again. */
  resize(count: number): void {
    this.count = count;
    this.virtualizer.setOptions(this.settings());
    this.virtualizer.measure();
    this.rescale();
    this.virtualizer._willUpdate();
  }

  /** Keeps one index drawn wherever the scroll is. */
  keep(index: number | undefined): void {
    this.kept = index;
    this.virtualizer.setOptions(this.settings());
  }

  items(): Item[] {
    return this.virtualizer.getVirtualItems();
  }

  /** What of the list is in sight: first and last index. */
  visible(): { first: number; last: number } {
    const range = this.virtualizer.calculateRange();
    return { first: range?.startIndex ?? 0, last: range?.endIndex ?? 0 };
  }

  /** Length of the element that scrolls, in pixels. */
  length(): number {
    return scaleOf(this.virtualizer.getTotalSize(), this.viewport()).height;
  }

  /** What to add to an item's start to place it in the element that scrolls. */
  shift(): number {
    this.rescale();
    return this.factor === 1 ? 0 : this.position() - this.position() * this.factor;
  }

  /** Pixels in sight, without what is covered. */
  viewport(): number {
    const { clientWidth, clientHeight } = this.options.scroller;
    return Math.max(0, (this.options.horizontal ? clientWidth : clientHeight) - this.options.covered());
  }

  /** Scrolls as little as it takes to have an item in sight. */
  reveal(start: number, size: number): void {
    this.rescale();
    const from = this.position() * this.factor;
    if (start < from) {
      this.scroll(start);
    } else if (start + size > from + this.viewport()) {
      this.scroll(start + size - this.viewport());
    }
  }

  dispose(): void {
    this.unmount();
  }

  private scroll(listOffset: number): void {
    const offset = listOffset / this.factor;
    if (this.options.horizontal) {
      this.options.scroller.scrollLeft = offset;
    } else {
      this.options.scroller.scrollTop = offset;
    }
  }

  private position(): number {
    return this.options.horizontal ? this.options.scroller.scrollLeft : this.options.scroller.scrollTop;
  }

  private rescale(): void {
    this.factor = scaleOf(this.virtualizer.getTotalSize(), this.viewport()).factor;
  }

  private settings(): ConstructorParameters<typeof Virtualizer<HTMLElement, HTMLElement>>[0] {
    const { scroller, horizontal, size, changed } = this.options;
    return {
      count: this.count,
      horizontal,
      overscan: horizontal ? 2 : 6,
      estimateSize: size,
      getScrollElement: () => scroller,
      observeElementRect,
      observeElementOffset: (instance, report) =>
        observeElementOffset(instance, (offset, scrolling) => {
          this.rescale();
          report(offset * this.factor, scrolling);
        }),
      scrollToFn: (offset, options, instance) => elementScroll(offset / this.factor, options, instance),
      onChange: changed,
      rangeExtractor: (range) => {
        const indices = defaultRangeExtractor(range);
        const kept = this.kept;
        return kept === undefined || kept >= range.count || indices.includes(kept) ? indices : [...indices, kept];
      },
    };
  }
}
