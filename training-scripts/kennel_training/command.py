"""A command from its arguments to its exit status."""

import logging
import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence

from kennel_training.common import ending
from kennel_training.common.errors import SettingsError, TrainingError
from kennel_training.settings.reading import base_directory

EXIT_SUCCESS = 0
EXIT_FAILURE = 1
EXIT_WRONG_SETTINGS = 2


def run_command(
    command: Callable[[Sequence[str], Mapping[str, str]], None],
    arguments: Sequence[str] | None = None,
    environment: Mapping[str, str] = os.environ,
) -> int:
    """Run a command to its exit status; every failure is one message on standard error.

    Without ``arguments`` those of this process are taken.
    """
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout, force=True)
    # Nobody is left to read a complaint about a closed pipe.
    logging.raiseExceptions = False
    with ending.stoppable(base_directory(environment)):
        try:
            command(sys.argv[1:] if arguments is None else arguments, environment)
        except SettingsError as error:
            return _fail(str(error), EXIT_WRONG_SETTINGS)
        except TrainingError as error:
            return _fail(str(error))
        except OSError as error:
            place = f" ({error.filename})" if error.filename else ""
            return _fail(f"{error.strerror or error}{place}")
        except Exception as error:  # noqa: BLE001 - the last resort
            if _out_of_memory(error):
                return _fail(
                    "out of memory: lower --batch_size, --views or --image_size, or use a larger "
                    "machine"
                )
            return _fail(
                f"unexpected {type(error).__name__}: {error}. Please report it with the lines "
                "below.",
                trace=traceback.format_exc(),
            )
        ending.clear_failure()
        return EXIT_SUCCESS


def _out_of_memory(error: Exception) -> bool:
    text = str(error)
    told = "out of memory" in text or "can't allocate" in text
    return isinstance(error, MemoryError) or (isinstance(error, RuntimeError) and told)


def _fail(message: str, status: int = EXIT_FAILURE, trace: str = "") -> int:
    print("\n".join(filter(None, (f"Error: {message}", trace))), file=sys.stderr)
    ending.write_failure(message, trace)
    return status
