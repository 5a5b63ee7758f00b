/**
 * When to start a server that died again: at once, then after 1, 4 and 10 seconds, then not any more. A server that ran for
 * three minutes is healthy, and its next end counts as the first.
 */
const delays = [0, 1000, 4000, 10_000] as const;
const healthy = 180_000;

export class RestartPolicy {
  private ends = 0;
  private startedAt = 0;

  /** Now is the clock in milliseconds. */
  constructor(private readonly now: () => number) {}

  started(): void {
    this.startedAt = this.now();
  }

  /** Milliseconds to wait before the next start, or undefined to give up. */
  ended(): number | undefined {
    if (this.startedAt !== 0 && this.now() - this.startedAt >= healthy) {
      this.ends = 0;
    }
    this.startedAt = 0;
    return delays[this.ends++];
  }

  /** A person asked for a restart: all tries are there again. */
  reset(): void {
    this.ends = 0;
  }
}
