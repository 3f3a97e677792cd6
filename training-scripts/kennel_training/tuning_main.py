"""A tuning run from its arguments to its exit status."""

import os
from collections.abc import Mapping, Sequence

from kennel_training.distribution import find_placement, require_one_process
from kennel_training.main import begin_record, check_run, run_command
from kennel_training.tuning_settings import read_tuning_settings


def main(
    arguments: Sequence[str] | None = None, environment: Mapping[str, str] = os.environ
) -> int:
    """Tune; returns the exit status."""
    return run_command(_tune, arguments, environment)


def _tune(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    settings = read_tuning_settings(arguments, environment)
    placement = find_placement(settings.training.base_directory, environment)
    require_one_process(placement)
    record = begin_record(settings.training)
    with record.phases.measure("Checking the photos"):
        dataset, skipped = check_run(settings.training, placement)
    # Loading torch takes seconds; whatever is wrong so far has been said without it.
    with record.phases.measure("Loading PyTorch"):
        from kennel_training.pipeline import Pipeline
        from kennel_training.tuning import tune

    with Pipeline(settings.training, dataset, skipped, record=record) as pipeline:
        tune(settings, pipeline, len(dataset.classes), record)
