"""The account of files that could not be read: each by name, and no more than allowed."""

import logging

from kennel_training.common.errors import TrainingError

log = logging.getLogger(__name__)


class SkippedFiles:
    """Counts unreadable files; more than ``max_bad`` fail the run."""

    def __init__(self, max_bad: int) -> None:
        self._max_bad = max_bad
        self._reasons: dict[str, str] = {}

    @property
    def reasons(self) -> dict[str, str]:
        """Reason by file name, in the order found."""
        return dict(self._reasons)

    def add(self, name: str, reason: str) -> None:
        """Count a file once, however often it is met.

        Raises:
            TrainingError: when this file is one too many.
        """
        if name in self._reasons:
            return
        self._reasons[name] = reason
        log.warning("Skipped %s: %s", name, reason)
        if len(self._reasons) > self._max_bad:
            examples = "; ".join(f"{n} ({r})" for n, r in list(self._reasons.items())[:3])
            raise TrainingError(
                f"{len(self._reasons)} files cannot be read, one more than --max-bad "
                f"{self._max_bad} allows, among them {examples}: "
                "repair or remove them, or raise --max-bad"
            )
