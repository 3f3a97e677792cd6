"""A command from its arguments to its exit status."""

import logging
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any, ClassVar, Protocol, TypeVar

from kennel_training.common import kept
from kennel_training.common.errors import Interrupted, SettingsError, TrainingError
from kennel_training.common.failure import clear_failure, write_failure
from kennel_training.data.locate import find_photos
from kennel_training.s3.folders import S3Folder, copied
from kennel_training.settings.reading import base_directory

EXIT_SUCCESS = 0
EXIT_FAILURE = 1
EXIT_WRONG_SETTINGS = 2
EXIT_KEYBOARD = 128 + signal.SIGINT
EXIT_TERMINATED = 128 + signal.SIGTERM

# How long after a SIGTERM that something has swallowed it counts once more.
SECONDS_BETWEEN_ATTEMPTS = 1.0


class HasPhotos(Protocol):
    """Settings of a command that reads photos."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def data(self) -> Path:
        """Where the photos are, or are copied to."""
        ...

    @property
    def s3_folders(self) -> tuple[S3Folder, ...]:
        """Those of its folders that are in S3."""
        ...


Located = TypeVar("Located", bound=HasPhotos)


def run_command(
    command: Callable[[Sequence[str], Mapping[str, str]], None],
    arguments: Sequence[str] | None,
    environment: Mapping[str, str],
) -> int:
    """Run a command to its exit status; every failure is one message on standard error.

    Without ``arguments`` those of this process are taken.
    """
    kept.forget_all()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout, force=True)
    # Nobody is left to read a complaint about a closed pipe.
    logging.raiseExceptions = False
    try:
        with _interruptible():
            command(sys.argv[1:] if arguments is None else arguments, environment)
    except SettingsError as error:
        return _fail(environment, str(error), EXIT_WRONG_SETTINGS)
    except TrainingError as error:
        return _fail(environment, str(error), EXIT_FAILURE)
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        return _fail(environment, f"{error.strerror or error}{place}", EXIT_FAILURE)
    except (MemoryError, RuntimeError) as error:
        if not _out_of_memory(error):
            return _fail_unexpectedly(environment, error)
        message = (
            "out of memory: lower --batch_size, --views or --image_size, or use a larger machine"
        )
        return _fail(environment, message, EXIT_FAILURE)
    except Exception as error:  # noqa: BLE001 - the last resort
        return _fail_unexpectedly(environment, error)
    except Interrupted:
        print(f"Stopped by SIGTERM; the same command {kept.resumption()}", file=sys.stderr)
        return EXIT_TERMINATED
    except KeyboardInterrupt:
        print(f"Stopped; the same command {kept.resumption()}", file=sys.stderr)
        return EXIT_KEYBOARD
    clear_failure(base_directory(environment))
    return EXIT_SUCCESS


@contextmanager
def with_photos(settings: Located, rank: int = 0) -> Iterator[Located]:
    """The settings once their folders in S3 are copied here and the photos are found.

    At a good end, what was written is copied to S3.

    Raises:
        TrainingError: naming the option to change.
    """
    with copied(settings.s3_folders, rank):
        yield replace(settings, data=find_photos(settings.data))


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let a SIGTERM raise Interrupted here, even where it arrives in code that swallows that.

    Finalizers and callbacks of weak references do, as do C code and bare ``except`` clauses that
    try something.
    """
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGALRM, _interrupt_again)
    complain = sys.unraisablehook

    def complain_of_others(unraisable: "sys.UnraisableHookArgs") -> None:
        if not isinstance(unraisable.exc_value, Interrupted):
            complain(unraisable)

    sys.unraisablehook = complain_of_others
    try:
        yield
    except TrainingError:
        raise
    except Exception as error:
        if signal.getsignal(signal.SIGTERM) != signal.SIG_IGN:
            raise
        # What was swallowed has left something half done, such as an import.
        raise Interrupted from error
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        # One that arrives from now on has nothing to repeat.
        signal.signal(signal.SIGALRM, signal.SIG_IGN)
        sys.unraisablehook = complain


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    # A second one must not disturb the tidying up that the first one started.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.setitimer(signal.ITIMER_REAL, SECONDS_BETWEEN_ATTEMPTS, SECONDS_BETWEEN_ATTEMPTS)
    raise Interrupted


def _interrupt_again(_number: int, _frame: FrameType | None) -> None:
    error = sys.exc_info()[1]
    while error is not None:
        if isinstance(error, Interrupted):
            # It has not been swallowed: this is the tidying up.
            return
        error = error.__context__
    raise Interrupted


def _out_of_memory(error: Exception) -> bool:
    text = str(error)
    return isinstance(error, MemoryError) or "out of memory" in text or "can't allocate" in text


def _fail(environment: Mapping[str, str], message: str, status: int, trace: str = "") -> int:
    print(f"Error: {message}", file=sys.stderr)
    if trace:
        print(trace, file=sys.stderr)
    write_failure(base_directory(environment), message, trace)
    return status


def _fail_unexpectedly(environment: Mapping[str, str], error: Exception) -> int:
    message = f"unexpected {type(error).__name__}: {error}. Please report it with the lines below."
    return _fail(environment, message, EXIT_FAILURE, traceback.format_exc())
