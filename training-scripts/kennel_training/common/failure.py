"""The failure file, from which SageMaker takes a job's FailureReason."""

import contextlib
from pathlib import Path

# SageMaker shows this many characters.
SHOWN = 1024
FAILURE = "output/failure"


def write_failure(base_directory: Path, message: str, trace: str = "") -> None:
    """Write output/failure: the message first, the trace after it.

    Does nothing where there is no base directory: on a laptop nobody would read the file.
    """
    if not base_directory.is_dir():
        return
    if trace:
        message = f"{message[: SHOWN - 1].ljust(SHOWN - 1)}\n{trace}"
    try:
        path = base_directory / FAILURE
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(message, encoding="utf-8")
    except OSError:
        # The message has been printed already, and the exit status tells the rest.
        pass


def clear_failure(base_directory: Path) -> None:
    """Remove what an earlier run in the same place has left, at the good end of this one."""
    with contextlib.suppress(OSError):
        (base_directory / FAILURE).unlink(missing_ok=True)
