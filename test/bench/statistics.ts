/** The middle of some numbers; undefined when there are none. */
export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const low = sorted[Math.ceil(sorted.length / 2) - 1];
  const high = sorted[Math.floor(sorted.length / 2)] ?? low;
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

/**
 * How far the numbers lie apart: half of the way from the least to the greatest, as a part of the median. One number alone
 * has none to lie apart from.
 */
export function spread(values: readonly number[]): number | undefined {
  const middle = median(values);
  if (values.length < 2 || middle === undefined || middle === 0) return undefined;
  return (Math.max(...values) - Math.min(...values)) / 2 / Math.abs(middle);
}
