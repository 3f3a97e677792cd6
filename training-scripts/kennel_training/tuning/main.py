"""A tuning run from its arguments to its exit status."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kennel_training.command import run_command
from kennel_training.common.files import require_writable
from kennel_training.common.lock import only_one
from kennel_training.main import run
from kennel_training.ranks.placement import find_placement, require_one_process
from kennel_training.tuning.settings import read_tuning_settings

if TYPE_CHECKING:
    from kennel_training.pipeline import Pipeline

# Stays in the checkpoint directory; a file that is taken away could be locked twice.
LOCK = "tuning.lock"


def _tune(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    settings = read_tuning_settings(arguments, environment)
    placement = find_placement(settings.training.base_directory, environment)
    require_one_process(placement)

    def work(pipeline: "Pipeline") -> None:
        # Loading Optuna takes a second.
        from kennel_training.tuning.search import tune

        tune(settings, pipeline)

    with _alone(settings.training.checkpoint_dir):
        run(settings.training, placement, work)


main = partial(run_command, _tune)


def _alone(directory: Path) -> AbstractContextManager[None]:
    """Two searches would take each other's trials for abandoned, and write over each other."""
    require_writable("--checkpoint_dir", directory)
    return only_one(
        directory / LOCK,
        f"another tune.py is at work in {directory}: wait for its end, or pass another folder "
        "with --checkpoint_dir; --jobs tries several settings at the same time",
    )
