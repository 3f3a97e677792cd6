"""How far a long step is: a bar on a terminal, a line now and then in a log."""

import logging
import sys
import time

from tqdm import tqdm

SECONDS_BETWEEN_LINES = 30.0

log = logging.getLogger(__name__)


class Progress:
    """Counts photos, or what ``unit`` says; use as a context manager.

    ``total`` is None where nobody knows it.
    """

    def __init__(self, title: str, total: int | None, unit: str = "photos") -> None:
        self._title = title
        self._total = total
        self._unit = unit
        self._done = 0
        self._started = self._last_line = time.monotonic()
        self._interactive = sys.stderr.isatty()
        self._bar = tqdm(
            desc=title, total=total, unit=f" {unit}", leave=False, disable=not self._interactive
        )

    def advance(self, count: int) -> None:
        """Note that ``count`` more photos are done."""
        self._done += count
        self._bar.update(count)
        now = time.monotonic()
        if not self._interactive and now - self._last_line >= SECONDS_BETWEEN_LINES:
            self._last_line = now
            rate = self._done / (now - self._started)
            done, remaining = f"{self._done}", ""
            if self._total is not None and rate > 0:
                done += f" of {self._total}"
                remaining = f", about {(self._total - self._done) / rate:.0f} s left"
            log.info(f"{self._title}: {done} {self._unit}, {rate:.0f} a second{remaining}")

    @property
    def done(self) -> int:
        """How many so far."""
        return self._done

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self._started

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()
