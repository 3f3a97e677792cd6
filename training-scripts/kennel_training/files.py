"""Files that are whole or not there at all."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from kennel_training.errors import TrainingError


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Let ``write`` fill a temporary file beside ``path``, then rename it into place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".writing-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        write(temporary)
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def require_writable(option: str, directory: Path) -> None:
    """Make ``directory`` and prove that a file can be written there.

    Raises:
        TrainingError: naming the option to change.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory) as file:
            file.write(b"0")
    except OSError as error:
        raise TrainingError(
            f"cannot write to {directory} ({error.strerror}): pass another folder with {option}"
        ) from None
