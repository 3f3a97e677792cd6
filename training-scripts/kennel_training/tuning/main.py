"""A tuning run from its arguments to its exit status."""

import os
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from kennel_training.command import run_command, with_photos
from kennel_training.common.files import require_writable
from kennel_training.common.lock import only_one
from kennel_training.main import begin_record, check_photos, held_folders
from kennel_training.ranks.placement import find_placement, require_one_process
from kennel_training.tuning.settings import TuningSettings, read_tuning_settings

# Stays in the checkpoint directory; a file that is taken away could be locked twice.
LOCK = "tuning.lock"


def main(
    arguments: Sequence[str] | None = None, environment: Mapping[str, str] = os.environ
) -> int:
    """Tune; returns the exit status."""
    return run_command(_tune, arguments, environment)


def _tune(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    settings = read_tuning_settings(arguments, environment)
    placement = find_placement(settings.training.base_directory, environment)
    require_one_process(placement)
    with (
        _alone(settings.training.checkpoint_dir),
        with_photos(settings.training) as located,
        held_folders(located, placement),
    ):
        _tune_alone(replace(settings, training=located))


def _tune_alone(settings: TuningSettings) -> None:
    record = begin_record(settings.training)
    with record.phases.measure("Checking the photos"):
        dataset, skipped = check_photos(settings.training)
    # Loading torch takes seconds; whatever is wrong so far has been said without it.
    with record.phases.measure("Loading PyTorch"):
        from kennel_training.pipeline import Pipeline
        from kennel_training.tuning.search import tune

    with Pipeline(settings.training, dataset, skipped, record=record) as pipeline:
        tune(settings, pipeline, len(dataset.classes), record)


def _alone(directory: Path) -> AbstractContextManager[None]:
    """Two searches would take each other's trials for abandoned, and write over each other."""
    require_writable("--checkpoint_dir", directory)
    return only_one(
        directory / LOCK,
        f"another tune.py is at work in {directory}: wait for its end, or pass another folder "
        "with --checkpoint_dir; --jobs tries several settings at the same time",
    )
