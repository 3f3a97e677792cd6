/** The figures in one line of train.py's log. */
export interface EpochFigures {
  /** Undefined for the figures of the test split. */
  readonly epoch?: number;
  /** By train.py's names, such as `Validation Loss`. */
  readonly values: Readonly<Record<string, number>>;
}

const FIGURE = /((?:Training|Validation|Testing) (?:Loss|Accuracy)): ([0-9.]+)/g;

/** Reads `Epoch N: Training Loss: x - …` and `Testing Accuracy: x`; undefined for any other line. */
export function figuresIn(line: string): EpochFigures | undefined {
  const values = Object.fromEntries(
    [...line.matchAll(FIGURE)].map(([, name, value]) => [name!, Number(value)]),
  );
  const epoch = /^Epoch (\d+): /.exec(line)?.[1];
  const isFigures = epoch !== undefined || /^Testing (?:Loss|Accuracy): /.test(line);
  if (!isFigures || Object.keys(values).length === 0) {
    return undefined;
  }
  return { ...(epoch !== undefined && { epoch: Number(epoch) }), values };
}
