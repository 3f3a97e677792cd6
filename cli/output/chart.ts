import plot from "simple-ascii-chart";

/** So many labels fit below the axis. */
const LABELS = 8;

/** A chart in a list of lines to print: points without a value are left out, and of fewer than two nothing is drawn. */
export function chart(
  title: string,
  xLabel: string,
  all: readonly (readonly [x: number, y: number | null])[],
): string[] {
  const points = all.flatMap(([x, y]): [number, number][] =>
    y === null ? [] : [[x, Math.round(y)]],
  );
  if (points.length < 2) {
    return [];
  }
  const every = Math.ceil(points.length / LABELS);
  const labelled = new Set(points.filter((_, index) => index % every === 0).map(([x]) => x));
  return [
    plot(points, {
      ...{ title, xLabel, width: 64, height: 6 },
      yRange: [0, Math.max(...points.map(([, y]) => y), 1)],
      formatter: (value, { axis }) => (axis === "x" && !labelled.has(value) ? "" : value),
    }),
  ];
}
