"""A run from its arguments to its exit status."""

import logging
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType
from typing import TYPE_CHECKING, TypeVar

from kennel_training import kept
from kennel_training.dataset import Dataset, index_dataset
from kennel_training.distribution import Placement, find_placement
from kennel_training.errors import Interrupted, SettingsError, TrainingError
from kennel_training.failure import clear_failure, write_failure
from kennel_training.files import require_writable
from kennel_training.locate import SPLITS, find_photos
from kennel_training.model_directory import held_model_directory
from kennel_training.quantization_settings import QuantizationSettings
from kennel_training.run_record import RunRecord, find_machine
from kennel_training.s3_folders import copied
from kennel_training.settings import Settings, base_directory, read_settings
from kennel_training.skipped import SkippedFiles

if TYPE_CHECKING:
    from kennel_training.group import Group

EXIT_SUCCESS = 0
EXIT_FAILURE = 1
EXIT_WRONG_SETTINGS = 2
EXIT_KEYBOARD = 128 + signal.SIGINT
EXIT_TERMINATED = 128 + signal.SIGTERM

# Where a run writes, besides the model directory.
FOLDERS = ("output_dir", "checkpoint_dir", "cache_dir")

Located = TypeVar("Located", Settings, QuantizationSettings)

log = logging.getLogger(__name__)


def main(
    arguments: Sequence[str] | None = None, environment: Mapping[str, str] = os.environ
) -> int:
    """Train; returns the exit status."""
    return run_command(_train, arguments, environment)


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
    signal.signal(signal.SIGTERM, _interrupt)
    try:
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


def _train(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    settings = read_settings(arguments, environment)
    placement = find_placement(settings.base_directory, environment)
    if placement.rank > 0:
        # Rank 0 says the same; errors are still printed.
        logging.getLogger().setLevel(logging.ERROR)
        kept.keep(kept.RANK_0)
    with with_photos(settings, placement.rank) as located, held_folders(located, placement):
        _train_alone(located, placement)


@contextmanager
def with_photos(settings: Located, rank: int = 0) -> Iterator[Located]:
    """The settings once their folders in S3 are copied here and the photos are found.

    At a good end, what was written is copied to S3.

    Raises:
        TrainingError: naming the option to change.
    """
    with copied(settings.s3_folders, rank):
        yield replace(settings, data=find_photos(settings.data))


def _train_alone(settings: Settings, placement: Placement) -> None:
    record = begin_record(settings)
    with record.phases.measure("Checking the photos"):
        dataset, skipped = check_photos(settings)
    # Loading torch takes seconds; whatever is wrong so far has been said without it.
    with record.phases.measure("Loading PyTorch"):
        from kennel_training.group import joined
        from kennel_training.pipeline import Pipeline

    with joined(placement, settings.backend) as group:
        if group.size > 1:
            _begin_together(group, dataset)
        with Pipeline(settings, dataset, skipped, group, record) as pipeline:
            if group.rank == 0:
                pipeline.finish(pipeline.prepare(), settings)
            else:
                pipeline.assist()
        group.barrier()


def begin_record(settings: Settings) -> RunRecord:
    """The account of time and cost, which starts now."""
    return RunRecord(find_machine(settings.base_directory), settings.hourly_price)


def _begin_together(group: "Group", dataset: Dataset) -> None:
    from kennel_training.features import share_of

    share = share_of(group.rank, group.size, dataset.splits["train"])
    print(f"Rank {group.rank}/{group.size}: {share} training images", flush=True)
    if group.broadcast(dataset.fingerprint) != dataset.fingerprint:
        raise TrainingError(
            f"rank {group.rank} has other photos than rank 0: every instance needs all of them; "
            "on SageMaker set the channel's S3DataDistributionType to FullyReplicated"
        )


@contextmanager
def held_folders(settings: Settings, placement: Placement) -> Iterator[None]:
    """Folders that can be written to, the model directory for this run alone.

    Raises:
        SettingsError: where one of them lies among the photos.
        TrainingError: naming the option to change.
    """
    _require_apart(settings)
    if placement.rank > 0:
        # Only rank 0 writes.
        yield
        return
    for option in FOLDERS:
        require_writable(f"--{option}", getattr(settings, option))
    with held_model_directory("--model_dir", settings.model_dir):
        yield


def _require_apart(settings: Settings) -> None:
    """What this run writes must not be among the next run's photos."""
    photos = [(settings.data / split).resolve() for split in SPLITS]
    folders = {option: getattr(settings, option).resolve() for option in ("model_dir", *FOLDERS)}
    problems = [
        f"--{option} {folder} lies among the photos in --data: pass a folder outside"
        for option, folder in folders.items()
        if any(folder.is_relative_to(split) for split in photos)
    ]
    if problems:
        raise SettingsError(problems)


def check_photos(settings: Settings) -> tuple[Dataset, SkippedFiles]:
    """The photos, as far as can be known before torch loads.

    Raises:
        TrainingError: when the user can put the problem right.
    """
    skipped = SkippedFiles(settings.max_bad)
    dataset = index_dataset(settings.data, skipped, settings.workers)
    counts = ", ".join(f"{len(photos)} {split}" for split, photos in dataset.splits.items())
    log.info("%d classes; photos: %s", len(dataset.classes), counts)

    # Threads that wait must not spin: torch's share the cores with those that decode photos, and on
    # a busy machine spinning made two threads ten times slower than one. Read when torch loads.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    return dataset, skipped


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    # A second one must not disturb the tidying up that the first one started.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
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
