"""What a training run leaves for people: report.html, and beside it what a program may want.

The model is there already; nothing in here makes a training fail.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from kennel_training.common.epoch import Epoch
from kennel_training.common.files import write_whole
from kennel_training.data.dataset import Photo
from kennel_training.data.transform import Preprocessing
from kennel_training.head.evaluation import Evaluation
from kennel_training.model.directory import to_json
from kennel_training.reports.card import describe_licence, describe_limits, describe_use
from kennel_training.reports.matrix import lay_out
from kennel_training.reports.mistakes import list_mistakes, worst_classes
from kennel_training.reports.page import page_may_fail, render_page
from kennel_training.settings.training import Settings

REPORT = "report.html"
FINETUNING = "finetuning.json"
# Longer lists are cut in the page; metrics.json has them whole.
LISTED = 200
# Longer ones are folded.
OPENED = 20


@dataclass(frozen=True)
class FinishedRun:
    """All that a report tells of.

    Attributes:
        model: SHA-256 of model.onnx; the server calls a model by its first 12 digits.
        metrics: content of metrics.json.
        finetuning: epochs of the backbone's fine-tuning, if there was one.
        history: epochs of the head.
        test_photos: those of ``result``, in its order.
        took: content of run.json.
    """

    settings: Settings
    classes: tuple[str, ...]
    preprocessing: Preprocessing
    model: str
    metrics: Mapping[str, Any]
    finetuning: tuple[Epoch, ...]
    history: tuple[Epoch, ...]
    test_photos: tuple[Photo, ...]
    result: Evaluation
    took: Mapping[str, Any]


def write_report(run: FinishedRun) -> None:
    """Write report.html, run.json, mistakes.json and finetuning.json to the output directory.

    What goes wrong here is a warning: a model without its report is still a model.
    """
    output = run.settings.output_dir
    with page_may_fail(output / REPORT):
        mistakes = list_mistakes(run.test_photos, run.result, run.classes)
        write_whole(output / "run.json", to_json(run.took))
        write_whole(output / "mistakes.json", to_json([m.to_json() for m in mistakes]))
        if run.finetuning:
            epochs = [asdict(epoch) for epoch in run.finetuning]
            write_whole(output / FINETUNING, to_json(epochs))
        else:
            # An earlier run's.
            (output / FINETUNING).unlink(missing_ok=True)
        content = _content(run)
        content["worst"] = worst_classes(
            mistakes, run.result, run.classes, run.preprocessing, run.settings.workers
        )
        write_whole(output / REPORT, render_page("report.html.jinja", **content))


def _content(run: FinishedRun) -> dict[str, Any]:
    # Loading matplotlib takes a second, which a failed run need not spend.
    from kennel_training.reports.curves import plot_curves, plot_reliability

    metrics = run.metrics
    per_class = sorted(
        metrics["per_class"].items(), key=lambda item: (item[1]["recall"] or 0, item[1]["f1"] or 0)
    )
    return {
        "metrics": metrics,
        "run": run.took,
        "curves": {
            **(plot_curves(run.finetuning, "fine-tuning") if run.finetuning else {}),
            **plot_curves(run.history, "the head"),
        },
        "reliability": plot_reliability(metrics["calibration"]),
        "matrix": lay_out(run.result.confusion, run.classes),
        "per_class": per_class,
        "mistakes": int(run.result.confusion.sum() - run.result.confusion.trace()),
        "listed": LISTED,
        "opened": OPENED,
        "use": describe_use(metrics),
        "limits": describe_limits(metrics),
        "licence": describe_licence(metrics),
        "settings": _settings(run.settings),
        "fingerprints": {"model": run.model, **metrics["fingerprints"]},
        "side": run.preprocessing.crop,
    }


def _settings(settings: Settings) -> dict[str, str]:
    values = {field.name: getattr(settings, field.name) for field in fields(settings)}
    values |= {folder.name: folder.location for folder in values.pop("s3_folders")}
    return {
        name: "all" if name == "unfreeze" and value is None else str(value)
        for name, value in values.items()
        if name != "base_directory" and (value is not None or name == "unfreeze")
    }
