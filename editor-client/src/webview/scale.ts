/**
 * Chromium ends an element at about 33.5 million pixels. A list that is taller gets a shorter scroll bar, and each of its
 * pixels stands for more than one of the list.
 */
export const tallest = 30_000_000;

export interface Scale {
  /** Pixels of the element that scrolls. */
  readonly height: number;
  /** Pixels of the list for one pixel of the element. */
  readonly factor: number;
}

/** Total and viewport are the pixels of the whole list and of what is seen of it. */
export function scaleOf(total: number, viewport: number): Scale {
  if (total <= tallest) {
    return { height: total, factor: 1 };
  }
  return { height: tallest, factor: (total - viewport) / (tallest - viewport) };
}
