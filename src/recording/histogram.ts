/** Bytes over time at a resolution that adapts itself: as many intervals as there is room for, each twice as long whenever
 * the last one is passed. */
export class Histogram {
  /** Milliseconds. */
  interval = 1;
  readonly toClient: number[];
  readonly fromClient: number[];
  /** Where in the file the first record of an interval begins; -1 when it has none. */
  readonly offsets: number[];

  /** An even number of intervals. */
  constructor(intervals: number) {
    this.toClient = new Array<number>(intervals).fill(0);
    this.fromClient = new Array<number>(intervals).fill(0);
    this.offsets = new Array<number>(intervals).fill(-1);
  }

  add(ms: number, series: readonly number[], bytes: number, offset: number): void {
    while (ms >= this.interval * this.offsets.length) this.#coarsen();
    const at = Math.floor(ms / this.interval);
    (series as number[])[at] = (series[at] ?? 0) + bytes;
    if (this.offsets[at] === -1) this.offsets[at] = offset;
  }

  #coarsen(): void {
    this.interval *= 2;
    const half = this.offsets.length / 2;
    for (let at = 0; at < this.offsets.length; at++) {
      const [first, second] = [2 * at, 2 * at + 1];
      for (const series of [this.toClient, this.fromClient]) {
        series[at] = at < half ? (series[first] ?? 0) + (series[second] ?? 0) : 0;
      }
      const earlier = this.offsets[first] ?? -1;
      this.offsets[at] = at >= half ? -1 : earlier >= 0 ? earlier : (this.offsets[second] ?? -1);
    }
  }
}
