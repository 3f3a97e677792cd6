"""A folder that only one process may work in at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kennel_training.common.errors import TrainingError


@contextmanager
def only_one(path: Path, message: str | None) -> Iterator[None]:
    """Hold the lock ``path`` until the end; a process that is killed loses it.

    A file is made where there is none, and stays. A directory can be held as it is.
    Without a ``message`` this waits for its turn.

    Raises:
        TrainingError: with ``message`` while another process holds it.
    """
    flags = os.O_RDONLY if path.is_dir() else os.O_WRONLY | os.O_CREAT
    descriptor = os.open(path, flags | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (fcntl.LOCK_NB if message else 0))
        except BlockingIOError:
            raise TrainingError(message) from None
        except OSError:
            # A file system without (such) locks; there the user takes care.
            pass
        yield
    finally:
        os.close(descriptor)
