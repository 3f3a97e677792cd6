"""What can go wrong in a way that the user can put right."""

from collections.abc import Sequence


class TrainingError(Exception):
    """A problem whose message says what is wrong, what is allowed and how to fix it."""


class SettingsError(TrainingError):
    """One or more wrong settings, all reported together."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        title = "1 wrong setting" if count == 1 else f"{count} wrong settings"
        super().__init__("\n".join([f"{title}:", *(f"  - {p}" for p in self.problems)]))


class UnreadablePhotoError(Exception):
    """A file that cannot be used as a photo; the message is the reason."""
