/** The middle and the ends of some measurements. */
export interface Spread {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

/** The median, the lowest and the highest of some numbers; NaN of none. */
export function spread(numbers: readonly number[]): Spread {
  const [lowest, median, highest] = [0, 0.5, 1].map((fraction) => percentile(numbers, fraction));
  return { median: median!, lowest: lowest!, highest: highest! };
}

/**
 * A percentile, interpolated between neighbours; NaN of no numbers.
 * @param fraction from 0 to 1
 */
export function percentile(numbers: readonly number[], fraction: number): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  const place = (sorted.length - 1) * fraction;
  const below = sorted[Math.floor(place)] ?? NaN;
  const above = sorted[Math.ceil(place)] ?? NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** `median (lowest-highest)`, or a dash where nothing was measured. */
export function renderSpread({ median, lowest, highest }: Spread, digits: number): string {
  if (Number.isNaN(median)) return "-";
  const [middle, low, high] = [median, lowest, highest].map((each) =>
    each.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  );
  return `${middle} (${low}-${high})`;
}
