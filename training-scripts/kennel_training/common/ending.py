"""How a run ends before its time: at once, with nothing half made left behind and its last words.

One record for the process, as a process is one run. A separate thread waits for signals, because
the main thread may be inside a library for long, or in code that swallows exceptions.
"""

import contextlib
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

# What the same command goes on from; what says most comes first.
CHECKPOINT = "goes on from the checkpoint"
TRIALS = "goes on from the finished trials"
FEATURES = "goes on with the features extracted so far"
PREPARED = "goes on where it stopped"
# Only rank 0 keeps anything.
RANK_0 = "goes on from what rank 0 has kept, see its last line"
ORDER = (CHECKPOINT, TRIALS, FEATURES, PREPARED, RANK_0)
NOTHING = "starts from the beginning"

SIGNALS = {signal.SIGTERM: "Stopped by SIGTERM", signal.SIGINT: "Stopped"}

# From this file SageMaker takes a job's FailureReason, of which it shows so many characters.
FAILURE, SHOWN = "output/failure", 1024

# A step that a signal must not divide holds this; whoever ends the process never gives it back.
undivided = threading.RLock()

_base_directory = Path()
_kept: set[str] = set()
_unfinished: set[Path] = set()
_farewells: list[Callable[[int], None]] = []


@contextmanager
def stoppable(base_directory: Path) -> Iterator[None]:
    """Let SIGTERM and SIGINT end the process at once; behind this they have nothing left to stop.

    Only in the main thread. The failure file is in ``base_directory``, where that exists.
    """
    global _base_directory
    _base_directory = base_directory
    _kept.clear()
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    # Written to by the signal itself, wherever the main thread is.
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    for number in SIGNALS:
        signal.signal(number, lambda *_: None)
    threading.Thread(target=_await_signal, args=(reader,), daemon=True).start()
    try:
        yield
    finally:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        signal.set_wakeup_fd(-1)
        os.close(writer)


def _await_signal(reader: int) -> None:
    with open(reader, "rb", buffering=0) as signals:
        while number := signals.read(1):
            if number[0] in SIGNALS:
                stop(number[0])


def stop(number: int) -> NoReturn:
    """End the process as this signal does, from any thread."""
    what = SIGNALS[signal.Signals(number)]
    end(128 + number, f"{what}; the same command {resumption()}")


def fail(message: str) -> NoReturn:
    """End the process with status 1, from any thread."""
    write_failure(message)
    end(1, f"Error: {message}")


def end(status: int, message: str) -> NoReturn:
    """End the process with this status and these last words, from any thread."""
    undivided.acquire()
    try:
        for farewell in _farewells:
            farewell(status)
        for path in list(_unfinished):
            _remove(path)
        # Behind a bar of progress.
        start = "\n" if sys.stderr.isatty() else ""
        print(f"{start}{message}", file=sys.stderr, flush=True)
    finally:
        # Also where nobody reads the last words: Ctrl-C may end a `tee` behind it first.
        os._exit(status)


@contextmanager
def with_farewell(farewell: Callable[[int], None]) -> Iterator[None]:
    """Call ``farewell`` with the exit status where the process is ended inside."""
    _farewells.append(farewell)
    try:
        yield
    finally:
        _farewells.remove(farewell)


@contextmanager
def unfinished(path: Path) -> Iterator[Path]:
    """A file or folder to be made inside, which is removed at the end, whatever that is."""
    _unfinished.add(path)
    try:
        yield path
    finally:
        _remove(path)
        _unfinished.discard(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def keep(what: str) -> None:
    """Note that the same command would find this."""
    _kept.add(what)


def forget(what: str) -> None:
    """Note that it would no longer."""
    _kept.discard(what)


def resumption() -> str:
    """What the same command does after a stop now."""
    return next((what for what in ORDER if what in _kept), NOTHING)


def write_failure(message: str, trace: str = "") -> None:
    """Write output/failure: the message first, the trace after it.

    Does nothing where there is no base directory: on a laptop nobody would read the file.
    """
    if trace:
        message = f"{message[: SHOWN - 1].ljust(SHOWN - 1)}\n{trace}"
    # The message is also printed, and the exit status tells the rest.
    with contextlib.suppress(OSError):
        if _base_directory.is_dir():
            path = _base_directory / FAILURE
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(message, encoding="utf-8")


def clear_failure() -> None:
    """Remove what an earlier run in the same place has left, at the good end of this one."""
    with contextlib.suppress(OSError):
        (_base_directory / FAILURE).unlink(missing_ok=True)
