"""Content of metrics.json: how good the model is and what it was made from."""

from collections import Counter
from collections.abc import Collection
from dataclasses import fields
from typing import Any

from kennel_training.data.dataset import Dataset
from kennel_training.data.skipped import SkippedFiles
from kennel_training.head.evaluation import Evaluation
from kennel_training.head.fit import Head, HeadSettings
from kennel_training.settings.training import Settings

# The settings that decide the weights, besides those that have a place of their own.
RECORDED_SETTINGS = (
    *(field.name for field in fields(HeadSettings)),
    "views",
    "unfreeze_epochs",
    "unfreeze_learning_rate",
)

# The most frequent confusions stand beside the whole matrix.
CONFUSED = 20

# A data set may be grey as a whole; its names would make the file large.
LISTED = 1000


def describe(
    settings: Settings,
    dataset: Dataset,
    weights: str,
    precision: str,
    head: Head,
    result: Evaluation,
    calibration: dict[str, Any],
    skipped: SkippedFiles,
) -> dict[str, Any]:
    """Figures and origins of a trained model; ``weights`` is the backbone's fingerprint.

    The same photos and settings give the same content: what differs between runs is run.json's.
    """
    best = head.history[head.best_epoch - 1]
    unreadable = skipped.reasons.keys()
    recorded = {name: getattr(settings, name) for name in RECORDED_SETTINGS}
    return {
        **describe_test(result, dataset.classes),
        "valid_accuracy": round(best.validation_accuracy, 6),
        "valid_loss": round(best.validation_loss, 6),
        "best_epoch": head.best_epoch,
        "epochs": len(head.history),
        "skipped": len(unreadable),
        "skipped_files": skipped.reasons,
        "duplicates": [list(pair) for pair in dataset.duplicates],
        "conflicts": [list(pair) for pair in dataset.conflicts],
        "peculiarities": {
            kind: {"photos": len(names), "names": names[:LISTED]}
            for kind, names in dataset.peculiarities.items()
        },
        "ignored_files": {"files": len(dataset.ignored), "names": dataset.ignored[:LISTED]},
        "photos": {
            split: sum(photo.name not in unreadable for photo in photos)
            for split, photos in dataset.splits.items()
        },
        "per_class": _per_class(dataset, result, unreadable),
        "calibration": calibration,
        "backbone": settings.backbone,
        "weights": settings.weights if settings.weights in ("imagenet", "none") else "file",
        "unfreeze": "all" if settings.unfreeze is None else settings.unfreeze,
        "precision": precision,
        "settings": recorded,
        "fingerprints": {"data": dataset.fingerprint, "weights": weights},
    }


def describe_test(result: Evaluation, classes: tuple[str, ...]) -> dict[str, Any]:
    """What the test split says of a model's scores alone."""
    return {
        "test_accuracy": round(result.accuracy, 6),
        "test_loss": round(result.loss, 6),
        "test_accuracy_interval": [round(end, 6) for end in result.accuracy_interval],
        "test_top5_accuracy": _rounded(result.top5_accuracy),
        "confused": result.confused(classes)[:CONFUSED],
        "confusion": result.confusion.tolist(),
    }


def _per_class(
    dataset: Dataset, result: Evaluation, unreadable: Collection[str]
) -> dict[str, dict[str, Any]]:
    trained = Counter(p.label for p in dataset.splits["train"] if p.name not in unreadable)
    return {
        name: {**figures, "train_photos": trained[label]}
        for label, (name, figures) in enumerate(result.per_class(dataset.classes).items())
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
