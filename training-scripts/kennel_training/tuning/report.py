"""What a search found: a table, tuning.json and tuning.html."""

import logging
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from optuna.trial import FrozenTrial, TrialState

from kennel_training.common.files import write_whole
from kennel_training.model.directory import to_json
from kennel_training.reports.page import page_may_fail, render_page
from kennel_training.tuning.plots import plot_trials
from kennel_training.tuning.settings import TuningSettings

PAGE = "tuning.html"
# A long search shows its best trials; tuning.json has all.
SHOWN = 20

log = logging.getLogger(__name__)


def report(trials: Sequence[FrozenTrial], best: FrozenTrial, settings: TuningSettings) -> None:
    """Print the best trials and write both files to the output directory.

    Raises:
        TrainingError: when tuning.json cannot be written.
    """
    finished = [t for t in trials if t.state in (TrialState.COMPLETE, TrialState.PRUNED)]
    complete = sorted(
        (t for t in finished if t.state is TrialState.COMPLETE),
        key=lambda t: (t.value, t.number),
    )
    rows = [_cells(trial) for trial in complete[:SHOWN]]
    pruned = len(finished) - len(complete)
    _print(rows)
    log.info("%d trials to their end, %d given up early", len(complete), pruned)

    output = settings.training.output_dir
    described = [_describe(trial) for trial in finished]
    content = {
        "best": _describe(best),
        "search_space": asdict(settings.space),
        "trials": described,
    }
    write_whole(output / "tuning.json", to_json(content))
    with page_may_fail(output / PAGE):
        page = render_page(
            "tuning.html.jinja",
            best=content["best"],
            rows=rows,
            complete=len(complete),
            pruned=pruned,
            seconds=sum(trial["seconds"] or 0 for trial in described),
            plots=plot_trials(finished, best),
            space=content["search_space"],
        )
        write_whole(output / PAGE, page)


def _describe(trial: FrozenTrial) -> dict[str, Any]:
    seconds = trial.duration.total_seconds() if trial.duration else None
    return {
        "trial": trial.number + 1,
        "state": "complete" if trial.state is TrialState.COMPLETE else "pruned",
        "validation_loss": trial.value if trial.state is TrialState.COMPLETE else None,
        "validation_accuracy": trial.user_attrs.get("validation_accuracy"),
        "best_epoch": trial.user_attrs.get("best_epoch"),
        "validation_loss_by_epoch": {
            str(epoch): loss for epoch, loss in sorted(trial.intermediate_values.items())
        },
        "seconds": seconds,
        "settings": trial.params,
    }


def _cells(trial: FrozenTrial) -> dict[str, str]:
    """A row of the table, by the headings."""
    return {
        "Trial": str(trial.number + 1),
        "Validation loss": f"{trial.value:.4f}",
        "Accuracy": f"{trial.user_attrs['validation_accuracy']:.4f}",
        "Best epoch": str(trial.user_attrs["best_epoch"]),
        "Learning rate": f"{trial.params['learning_rate']:.4g}",
        "Batch size": str(trial.params["batch_size"]),
        "Weight decay": f"{trial.params['weight_decay']:.4g}",
        "Patience": str(trial.params["patience"]),
    }


def _print(rows: Sequence[dict[str, str]]) -> None:
    cells = [list(rows[0]), *(list(row.values()) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    cells.insert(1, ["-" * width for width in widths])
    for row in cells:
        log.info("| %s |", " | ".join(map(str.rjust, row, widths)))
