"""The middle and the ends of some measurements."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """Median, lowest and highest."""

    median: float
    lowest: float
    highest: float

    def show(self, digits: int) -> str:
        """``median (lowest-highest)``."""
        numbers = (self.median, self.lowest, self.highest)
        median, lowest, highest = (f"{number:,.{digits}f}" for number in numbers)
        return f"{median} ({lowest}-{highest})"


def spread(numbers: Sequence[float]) -> Spread:
    """Of one number or more."""
    return Spread(statistics.median(numbers), min(numbers), max(numbers))


def seconds(work: Callable[[], object]) -> float:
    """How long ``work`` takes by the clock."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [list(head), *map(list, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    shown = [
        "| "
        + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        + " |"
        for line in lines
    ]
    rule = "| " + " | ".join("-" * width for width in widths) + " |"
    return "\n".join([shown[0], rule, *shown[1:]])
