/** The columns of the grid: which are to be drawn, and where. A thin layer over virtual-core that keeps the column of the focus drawn, so that it isn't lost. */
import { Virtualizer, defaultRangeExtractor, elementScroll, observeElementOffset, observeElementRect } from '@tanstack/virtual-core';

export interface ColumnAxisOptions {
  readonly scroller: HTMLElement;
  /** Pixels of the row numbers and the fixed columns, which cover the start of the scroller. */
  readonly covered: () => number;
  readonly size: (index: number) => number;
  readonly changed: () => void;
}

/** A row or a column, and where it stands, in pixels. */
export interface Item {
  readonly index: number;
  readonly start: number;
  readonly size: number;
}

export class ColumnAxis {
  private readonly virtualizer: Virtualizer<HTMLElement, HTMLElement>;
  private readonly unmount: () => void;
  private count = 0;
  private kept: number | undefined;

  constructor(private readonly options: ColumnAxisOptions) {
    this.virtualizer = new Virtualizer<HTMLElement, HTMLElement>(this.settings());
    this.unmount = this.virtualizer._didMount();
    this.virtualizer._willUpdate();
  }

  /** Says how many there are. Sizes are asked for again. */
  resize(count: number): void {
    this.count = count;
    this.virtualizer.setOptions(this.settings());
    this.virtualizer.measure();
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

  /** Pixels of all of them. */
  length(): number {
    return this.virtualizer.getTotalSize();
  }

  /** Scrolls as little as it takes to have an item in sight. */
  reveal(start: number, size: number): void {
    const { scroller, covered } = this.options;
    const width = Math.max(0, scroller.clientWidth - covered());
    if (start < scroller.scrollLeft) {
      scroller.scrollLeft = start;
    } else if (start + size > scroller.scrollLeft + width) {
      scroller.scrollLeft = start + size - width;
    }
  }

  dispose(): void {
    this.unmount();
  }

  private settings(): ConstructorParameters<typeof Virtualizer<HTMLElement, HTMLElement>>[0] {
    const { scroller, size, changed } = this.options;
    return {
      count: this.count,
      horizontal: true,
      overscan: 2,
      estimateSize: size,
      getScrollElement: () => scroller,
      // While it is hidden it has no width; once it is seen again its columns are there at once, as they were.
      observeElementRect: (instance, report) => observeElementRect(instance, (rect) => rect.width > 0 && report(rect)),
      observeElementOffset,
      scrollToFn: elementScroll,
      onChange: changed,
      rangeExtractor: (range) => {
        const indices = defaultRangeExtractor(range);
        const kept = this.kept;
        return kept === undefined || kept >= range.count || indices.includes(kept) ? indices : [...indices, kept];
      },
    };
  }
}
