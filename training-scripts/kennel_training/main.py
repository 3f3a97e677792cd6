"""A run from its arguments to its exit status."""

import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from kennel_training.command import run_command
from kennel_training.common import ending
from kennel_training.common.errors import SettingsError, TrainingError
from kennel_training.common.files import require_writable
from kennel_training.common.run_record import RunRecord
from kennel_training.data.dataset import Dataset, index_dataset
from kennel_training.data.locate import SPLITS, find_photos
from kennel_training.data.skipped import SkippedFiles
from kennel_training.model.directory import held_model_directory
from kennel_training.ranks.placement import Placement, find_placement
from kennel_training.s3.folders import copied
from kennel_training.settings.training import Settings, read_settings

if TYPE_CHECKING:
    from kennel_training.pipeline import Pipeline
    from kennel_training.ranks.group import Group

# Where a run writes, besides the model directory.
FOLDERS = ("output_dir", "checkpoint_dir", "cache_dir")

log = logging.getLogger(__name__)


def _train(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    settings = read_settings(arguments, environment)
    placement = find_placement(settings.base_directory, environment)
    if placement.rank > 0:
        # Rank 0 says the same; errors are still printed.
        logging.getLogger().setLevel(logging.ERROR)
        ending.keep(ending.RANK_0)
    run(settings, placement, lambda pipeline: pipeline.finish(pipeline.prepare()))


main = partial(run_command, _train)


def run(settings: Settings, placement: Placement, work: "Callable[[Pipeline], None]") -> None:
    """Do ``work`` on rank 0, with the help of the other ranks."""
    with copied(settings.s3_folders, placement.rank):
        found = replace(settings, data=find_photos(settings.data))
        with _held_folders(found, placement):
            _run_alone(found, placement, work)


def _run_alone(
    settings: Settings, placement: Placement, work: "Callable[[Pipeline], None]"
) -> None:
    record = RunRecord(placement.instance_type, placement.instances, settings.hourly_price)
    with record.phase("Checking the photos"):
        dataset, skipped = _check_photos(settings)
    # Loading torch takes seconds; whatever is wrong so far has been said without it.
    with record.phase("Loading PyTorch"):
        from kennel_training.pipeline import Pipeline
        from kennel_training.ranks.group import joined

    with joined(placement, settings.backend) as group:
        if group.size > 1:
            _begin_together(group, dataset)
        with Pipeline(settings, dataset, skipped, group, record) as pipeline:
            if group.rank == 0:
                work(pipeline)
            else:
                pipeline.assist()
        group.barrier()


def _begin_together(group: "Group", dataset: Dataset) -> None:
    from kennel_training.features.extraction import share_of

    share = share_of(group.rank, group.size, dataset.splits["train"])
    print(f"Rank {group.rank}/{group.size}: {share} training images", flush=True)
    if group.broadcast(dataset.fingerprint) != dataset.fingerprint:
        raise TrainingError(
            f"rank {group.rank} has other photos than rank 0: every instance needs all of them; "
            "on SageMaker set the channel's S3DataDistributionType to FullyReplicated"
        )


@contextmanager
def _held_folders(settings: Settings, placement: Placement) -> Iterator[None]:
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


def _check_photos(settings: Settings) -> tuple[Dataset, SkippedFiles]:
    """The photos, as far as can be known before torch loads."""
    skipped = SkippedFiles(settings.max_bad)
    dataset = index_dataset(settings.data, skipped, settings.workers)
    counts = ", ".join(f"{len(photos)} {split}" for split, photos in dataset.splits.items())
    log.info("%d classes; photos: %s", len(dataset.classes), counts)

    # Threads that wait must not spin: torch's share the cores with those that decode photos, and on
    # a busy machine spinning made two threads ten times slower than one. Read when torch loads.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    return dataset, skipped
