"""What of a confusion matrix is shown, and how large."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Beyond this many classes those without a mistake are left out first.
MOST_CLASSES = 150
# Beyond this many cells with photos the rarest confusions are left out.
MOST_CELLS = 6000

# Pixels a cell, by the number of classes: large ones hold their number.
SIDES = ((12, 44), (40, 26), (MOST_CLASSES, 13))
SIDE_WITH_NUMBERS = 26


@dataclass(frozen=True)
class Matrix:
    """A confusion matrix to show.

    Attributes:
        side: pixels a cell.
        left_out: classes not shown.
        rows: of each class shown its name, its photos, and how many were predicted as each class.
    """

    side: int
    left_out: int
    rows: list[tuple[str, int, list[int]]]

    @property
    def numbers(self) -> bool:
        """Whether cells have room for them."""
        return self.side >= SIDE_WITH_NUMBERS


def lay_out(confusion: NDArray[np.int64], classes: tuple[str, ...]) -> Matrix:
    """Choose what to show of photos by true class (rows) and predicted class (columns)."""
    mistakes = confusion.sum(axis=0) + confusion.sum(axis=1) - 2 * np.diag(confusion)
    shown = np.sort(np.argsort(-mistakes, kind="stable")[:MOST_CLASSES])
    part = confusion[np.ix_(shown, shown)]
    importance = part + np.eye(len(part), dtype=int) * part.max()
    part.flat[np.argsort(-importance, axis=None, kind="stable")[MOST_CELLS:]] = 0
    return Matrix(
        next(side for most, side in SIDES if len(shown) <= most),
        len(classes) - len(shown),
        [
            (classes[row], int(confusion[row].sum()), counts)
            for row, counts in zip(shown, part.tolist(), strict=True)
        ],
    )
