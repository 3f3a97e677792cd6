"""Files: found in folders, and written whole or not at all."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from kennel_training.common.ending import unfinished
from kennel_training.common.errors import TrainingError


def write_whole(path: Path, content: bytes) -> None:
    """Write a temporary file beside ``path``, then rename it into place.

    Raises:
        TrainingError: when the disk is full or the folder cannot be written to.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Other threads and processes may write to the same folder.
        with unfinished(path.with_name(f".writing-{uuid4()}")) as temporary:
            temporary.write_bytes(content)
            temporary.replace(path)
    except OSError as error:
        raise TrainingError(f"cannot write {path}: {error.strerror or error}") from None


def sha256_of(path: Path) -> str:
    """SHA-256 of a file in hexadecimal; its content is never in memory as a whole."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_below(folder: Path) -> Iterator[Path]:
    """All that is not a folder below ``folder``, in a stable order.

    Links to folders are followed; below each entry of ``folder`` every real folder is entered once,
    so that links in a circle come to an end.

    Raises:
        OSError: for a folder that cannot be read.
    """

    def fail(error: OSError) -> None:
        # os.walk passes over what it may not read otherwise.
        raise error

    root = os.path.realpath(folder)
    entered: set[tuple[str, str]] = set()
    for place, folders, names in os.walk(folder, onerror=fail, followlinks=True):
        yield from (Path(place, name) for name in sorted(names))
        inside = Path(place).relative_to(folder).parts
        kept = []
        for name in sorted(folders):
            real = os.path.realpath(os.path.join(place, name))
            key = (inside[0] if inside else name, real)
            if key not in entered and real != root:
                entered.add(key)
                kept.append(name)
        folders[:] = kept


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


def require_room(option: str, directory: Path, needed: int) -> None:
    """Make ``directory`` and prove that it can take so many bytes.

    Raises:
        TrainingError: naming the option to change.
    """
    directory.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(directory).free
    if needed > free:
        raise TrainingError(
            f"{directory} needs {needed / 1e6:.0f} MB more, {free / 1e6:.0f} MB are free: make "
            f"room or pass another folder with {option}"
        )
