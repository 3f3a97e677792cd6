/** How an upright photo comes from the stored one, by EXIF's orientation (CIPA DC-008, tag 0x0112). */
export interface Turn {
  /** Rows become columns. */
  readonly swapsAxes: boolean;
  /** The stored columns, and rows, are read from the last to the first. */
  readonly mirrorsColumns: boolean;
  readonly mirrorsRows: boolean;
}

/** @param orientation from 1 to 8 */
export function turnOf(orientation: number): Turn {
  return {
    swapsAxes: orientation >= 5,
    mirrorsColumns: [2, 3, 7, 8].includes(orientation),
    mirrorsRows: [3, 4, 6, 7].includes(orientation),
  };
}

/**
 * Puts a square of the stored photo upright.
 * @param stored uint8 [size, size, 3]
 * @param upright the same, filled
 */
export function turnBack(stored: Uint8Array, size: number, turn: Turn, upright: Uint8Array): void {
  const place = (row: number, column: number) => {
    const storedRow = turn.swapsAxes ? column : row;
    const storedColumn = turn.swapsAxes ? row : column;
    const fromRow = turn.mirrorsRows ? size - 1 - storedRow : storedRow;
    const fromColumn = turn.mirrorsColumns ? size - 1 - storedColumn : storedColumn;
    return (fromRow * size + fromColumn) * 3;
  };
  let target = 0;
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const from = place(row, column);
      upright[target] = stored[from]!;
      upright[target + 1] = stored[from + 1]!;
      upright[target + 2] = stored[from + 2]!;
      target += 3;
    }
  }
}
