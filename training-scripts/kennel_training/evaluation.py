"""Figures that say how good a classifier is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, from_numpy
from torch.nn.functional import cross_entropy


@dataclass(frozen=True)
class Evaluation:
    """Measured on one split.

    Attributes:
        loss: mean cross-entropy in nats.
        confusion: photos by true class (rows) and predicted class (columns).
    """

    loss: float
    accuracy: float
    confusion: NDArray[np.int64]

    def per_class(self, classes: tuple[str, ...]) -> dict[str, dict[str, float | int | None]]:
        """Precision and recall by class; None where nothing can be divided by."""
        right = np.diag(self.confusion)
        photos, predicted = self.confusion.sum(axis=1), self.confusion.sum(axis=0)
        return {
            name: {
                "photos": int(photos[i]),
                "precision": _ratio(right[i], predicted[i]),
                "recall": _ratio(right[i], photos[i]),
            }
            for i, name in enumerate(classes)
        }


def evaluate(logits: Tensor, labels: NDArray[np.int64]) -> Evaluation:
    """Compare scores [photos, classes] with the true labels [photos]."""
    truth = from_numpy(labels)
    predictions = logits.argmax(1)
    confusion = np.zeros((logits.shape[1], logits.shape[1]), dtype=np.int64)
    np.add.at(confusion, (labels, predictions.numpy()), 1)
    return Evaluation(
        cross_entropy(logits, truth).item(),
        (predictions == truth).double().mean().item(),
        confusion,
    )


def _ratio(part: np.int64, whole: np.int64) -> float | None:
    return round(float(part / whole), 6) if whole else None
