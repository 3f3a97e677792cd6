"""Figures that say how good a classifier is."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, from_numpy
from torch.nn.functional import cross_entropy

# Of the normal distribution, for intervals of 95 %.
Z_95 = 1.959964


@dataclass(frozen=True)
class Evaluation:
    """Measured on one split.

    Attributes:
        loss: mean cross-entropy in nats.
        confusion: photos by true class (rows) and predicted class (columns).
        top5_accuracy: photos whose class is among the five most probable; None below six classes.
        predictions: int64 [photos], the most probable class.
        probabilities: float64 [photos], that class's probability.
    """

    loss: float
    accuracy: float
    confusion: NDArray[np.int64]
    top5_accuracy: float | None
    predictions: NDArray[np.int64]
    probabilities: NDArray[np.float64]

    def per_class(self, classes: tuple[str, ...]) -> dict[str, dict[str, float | int | None]]:
        """Precision, recall and F1 by class; None where nothing can be divided by."""
        right = np.diag(self.confusion)
        photos, predicted = self.confusion.sum(axis=1), self.confusion.sum(axis=0)
        return {
            name: {
                "photos": int(photos[i]),
                "precision": _ratio(right[i], predicted[i]),
                "recall": _ratio(right[i], photos[i]),
                "f1": _ratio(2 * right[i], photos[i] + predicted[i]),
            }
            for i, name in enumerate(classes)
        }

    def confused(self, classes: tuple[str, ...]) -> list[dict[str, Any]]:
        """Pairs of classes that were mistaken, the most frequent first."""
        wrong = self.confusion.copy()
        np.fill_diagonal(wrong, 0)
        rows, columns = np.nonzero(wrong)
        order = np.argsort(-wrong[rows, columns], kind="stable")
        return [
            {
                "class": classes[rows[i]],
                "predicted": classes[columns[i]],
                "photos": int(wrong[rows[i], columns[i]]),
            }
            for i in order
        ]

    @property
    def accuracy_interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval: what so few photos can tell of the accuracy on others."""
        count = int(self.confusion.sum())
        share = Z_95**2 / count
        middle = (self.accuracy + share / 2) / (1 + share)
        spread = math.sqrt(self.accuracy * (1 - self.accuracy) / count + share / count / 4)
        half = Z_95 * spread / (1 + share)
        return max(0.0, middle - half), min(1.0, middle + half)


def evaluate(logits: Tensor, labels: NDArray[np.int64]) -> Evaluation:
    """Compare scores [photos, classes] with the true labels [photos]."""
    truth = from_numpy(labels)
    probabilities, predictions = logits.softmax(1).max(1)
    classes = logits.shape[1]
    confusion = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(confusion, (labels, predictions.numpy()), 1)
    top5 = None
    if classes > 5:
        top5 = (logits.topk(5, dim=1).indices == truth[:, None]).any(1).double().mean().item()
    return Evaluation(
        cross_entropy(logits, truth).item(),
        (predictions == truth).double().mean().item(),
        confusion,
        top5,
        predictions.numpy(),
        probabilities.double().numpy(),
    )


def _ratio(part: np.int64, whole: np.int64) -> float | None:
    return round(float(part / whole), 6) if whole else None
