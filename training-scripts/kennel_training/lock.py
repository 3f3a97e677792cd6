"""A folder that only one process may work in at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kennel_training.errors import TrainingError


@contextmanager
def only_one(path: Path, message: str) -> Iterator[None]:
    """Hold the lock ``path`` until the end; a process that is killed loses it.

    Raises:
        TrainingError: with ``message`` while another process holds it.
    """
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise TrainingError(message) from None
        except OSError:
            # A file system without locks; there the user takes care.
            pass
        yield
