"""Content of metrics.json: how good the model is and what it was made from."""

from typing import Any

from kennel_training.dataset import Dataset
from kennel_training.evaluation import Evaluation
from kennel_training.head import Head
from kennel_training.settings import Settings
from kennel_training.skipped import SkippedFiles

# The settings that decide the weights, besides those that have a place of their own.
RECORDED_SETTINGS = (
    "seed",
    "epochs",
    "batch_size",
    "learning_rate",
    "weight_decay",
    "patience",
    "views",
    "unfreeze_epochs",
    "unfreeze_learning_rate",
)

# A data set may be grey as a whole; its names would make the file large.
LISTED = 1000


def describe(
    settings: Settings,
    dataset: Dataset,
    weights: str,
    precision: str,
    head: Head,
    result: Evaluation,
    skipped: SkippedFiles,
) -> dict[str, Any]:
    """Figures and origins of a trained model; ``weights`` is the backbone's fingerprint."""
    best = head.history[head.best_epoch - 1]
    unreadable = skipped.reasons.keys()
    recorded = {name: getattr(settings, name) for name in RECORDED_SETTINGS}
    return {
        "test_accuracy": round(result.accuracy, 6),
        "test_loss": round(result.loss, 6),
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
        "per_class": result.per_class(dataset.classes),
        "confusion": result.confusion.tolist(),
        "backbone": settings.backbone,
        "weights": settings.weights if settings.weights in ("imagenet", "none") else "file",
        "unfreeze": "all" if settings.unfreeze is None else settings.unfreeze,
        "precision": precision,
        "settings": recorded,
        "fingerprints": {"data": dataset.fingerprint, "weights": weights},
    }
