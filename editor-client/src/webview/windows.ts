/**
 * The rows of a view that are here. A grid says what it shows; windows of rows are read around that, one ahead, and the last
 * twenty are kept. What was wanted a moment ago and scrolled past is never asked for.
 */
import type { Cell, ResultReadResult } from '../../generated/protocol';

export const windowRows = 200;
const kept = 20;
const inFlight = 2;

interface Window {
  readonly pages: ResultReadResult[];
  /** Rows of this window that are here, from its start. */
  rows: number;
}

export interface Source {
  read(start: number, count: number): Promise<ResultReadResult>;
  /** Rows came in, or reading failed. */
  changed(error?: unknown): void;
}

export class Windows {
  // In order of use, the oldest first.
  private readonly windows = new Map<number, Window>();
  private readonly reading = new Set<number>();
  private wanted: readonly number[] = [];
  private closed = false;

  /** Rows is the number of rows of the view, first those that came with it. */
  constructor(
    readonly rows: number,
    private readonly source: Source,
    first?: ResultReadResult,
  ) {
    if (first !== undefined && first.count > 0) {
      this.keep(0, first);
    }
  }

  /** The value of a cell, undefined while it isn't here. */
  cell(row: number, column: number): Cell | undefined {
    const page = this.page(row);
    return page?.values[column]?.[row - page.start];
  }

  /** True when the text of the cell was cut. */
  clipped(row: number, column: number): boolean {
    const page = this.page(row);
    return page?.clipped.some(([c, r]) => c === column && r === row - page.start) ?? false;
  }

  /** What heads a group: its level, whether it is opened, whether it is that of all rows. */
  heading(row: number): { level: number; opened: boolean; last: boolean } | undefined {
    const page = this.page(row);
    const group = page?.groups?.find(([at]) => at === row - page.start);
    return group === undefined ? undefined : { level: group[1] ?? 0, opened: group[2] === 1, last: group[3] === 1 };
  }

  has(row: number): boolean {
    return this.page(row) !== undefined;
  }

  /** Reads what the rows from first to last need, then one window ahead in the direction of the scroll. */
  want(first: number, last: number, forward = true): void {
    const from = Math.floor(first / windowRows);
    const to = Math.floor(last / windowRows);
    const wanted: number[] = [];
    for (let index = from; index <= to; index++) {
      wanted.push(index);
    }
    wanted.push(forward ? to + 1 : from - 1);
    this.wanted = wanted.filter((index) => index >= 0 && index * windowRows < this.rows);
    this.touch();
    this.next();
  }

  /** Drops what is still to come: the view is not shown any more. */
  close(): void {
    this.closed = true;
    this.wanted = [];
  }

  private page(row: number): ResultReadResult | undefined {
    return this.windows
      .get(Math.floor(row / windowRows))
      ?.pages.find((page) => row >= page.start && row < page.start + page.count);
  }

  private touch(): void {
    for (const index of this.wanted) {
      const window = this.windows.get(index);
      if (window !== undefined) {
        this.windows.delete(index);
        this.windows.set(index, window);
      }
    }
  }

  private next(): void {
    for (const index of this.wanted) {
      if (this.reading.size >= inFlight) {
        return;
      }
      if (!this.reading.has(index) && !this.complete(index)) {
        void this.read(index);
      }
    }
  }

  private complete(index: number): boolean {
    return (this.windows.get(index)?.rows ?? 0) >= this.size(index);
  }

  private size(index: number): number {
    return Math.min(windowRows, this.rows - index * windowRows);
  }

  private async read(index: number): Promise<void> {
    this.reading.add(index);
    let error: unknown;
    try {
      const here = this.windows.get(index)?.rows ?? 0;
      const page = await this.source.read(index * windowRows + here, this.size(index) - here);
      if (page.count === 0) {
        throw new Error(`no rows from ${index * windowRows + here} on`);
      }
      this.keep(index, page);
    } catch (thrown) {
      // Asked for again only when the grid wants it again, or a lasting fault would be asked for without end.
      this.wanted = this.wanted.filter((other) => other !== index);
      error = thrown ?? new Error('reading failed');
    } finally {
      this.reading.delete(index);
    }
    if (!this.closed) {
      this.source.changed(error);
      this.next();
    }
  }

  private keep(index: number, page: ResultReadResult): void {
    const window = this.windows.get(index) ?? { pages: [], rows: 0 };
    window.pages.push(page);
    window.rows += page.count;
    this.windows.delete(index);
    this.windows.set(index, window);
    for (const oldest of this.windows.keys()) {
      if (this.windows.size <= kept) {
        break;
      }
      this.windows.delete(oldest);
    }
  }
}
