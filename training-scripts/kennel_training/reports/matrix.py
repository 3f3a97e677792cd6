"""Where each cell of the confusion matrix is drawn."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Beyond this many classes those without a mistake are left out first.
MOST_CLASSES = 150
# Beyond this many cells the rarest confusions are left out.
MOST_CELLS = 6000

# Pixels a cell: large ones hold their number.
SIDES = ((12, 44), (40, 26))
SMALLEST_SIDE = 13
SIDE_WITH_NUMBERS = 26
LONGEST_LABEL = 30


@dataclass(frozen=True)
class Cell:
    """Photos of one class that were predicted as one class; ``x`` and ``y`` in pixels."""

    x: int
    y: int
    photos: int
    right: bool
    strength: float
    title: str


@dataclass(frozen=True)
class Matrix:
    """A confusion matrix to draw.

    Attributes:
        side: pixels a cell.
        labels: short and whole name of the classes shown.
        left_out: classes not shown.
        cells: only those with photos.
    """

    side: int
    numbers: bool
    labels: tuple[tuple[str, str], ...]
    left_out: int
    cells: tuple[Cell, ...]

    @property
    def length(self) -> int:
        """Pixels across and down."""
        return self.side * len(self.labels)

    @property
    def font(self) -> int:
        """Pixels of a label's text."""
        return min(14, max(10, self.side // 2))

    @property
    def margin(self) -> int:
        """Pixels that the longest label takes."""
        longest = max(len(short) for short, _ in self.labels)
        return round(0.62 * self.font * longest) + 10


def lay_out(confusion: NDArray[np.int64], classes: tuple[str, ...]) -> Matrix:
    """Place the cells of photos by true class (rows) and predicted class (columns)."""
    shown = _shown(confusion)
    count = len(shown)
    side = next((side for most, side in SIDES if count <= most), SMALLEST_SIDE)
    part = confusion[np.ix_(shown, shown)]
    photos = confusion.sum(axis=1)[shown]
    rows, columns = np.nonzero(part)
    if len(rows) > MOST_CELLS:
        importance = part[rows, columns] + (rows == columns) * part.max()
        kept = np.sort(np.argsort(-importance, kind="stable")[:MOST_CELLS])
        rows, columns = rows[kept], columns[kept]
    names = [classes[i] for i in shown]
    cells = []
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        number = int(part[row, column])
        cells.append(
            Cell(
                column * side,
                row * side,
                number,
                row == column,
                # A single mistake must be seen, too.
                round(0.25 + 0.75 * number / int(photos[row]), 2),
                f"{names[row]} predicted as {names[column]}: {number} of {photos[row]}",
            )
        )
    return Matrix(
        side,
        side >= SIDE_WITH_NUMBERS,
        tuple((shorten(name), name) for name in names),
        len(classes) - count,
        tuple(cells),
    )


def shorten(name: str) -> str:
    """What of a name fits beside the matrix."""
    return name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1]}…"


def _shown(confusion: NDArray[np.int64]) -> list[int]:
    if len(confusion) <= MOST_CLASSES:
        return list(range(len(confusion)))
    mistakes = confusion.sum(axis=0) + confusion.sum(axis=1) - 2 * np.diag(confusion)
    return sorted(np.argsort(-mistakes, kind="stable")[:MOST_CLASSES].tolist())
