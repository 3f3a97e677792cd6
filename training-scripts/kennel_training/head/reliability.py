"""Whether probabilities can be believed: reliability, temperature, and what a threshold costs.

After Guo et al., "On Calibration of Modern Neural Networks" (2017).
"""

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

BINS = 15
THRESHOLDS = (0.5, 0.7, 0.8, 0.9, 0.95, 0.99)

# A temperature at one of these ends has not been found: where every photo is right, for example,
# any lower one fits even better.
LOWEST_TEMPERATURE, HIGHEST_TEMPERATURE = 0.05, 20.0
# More photos barely change the temperature, and each step looks at all their scores.
FITTED_SCORES = 2_000_000
STEPS = 40


@dataclass(frozen=True)
class Bin:
    """The photos whose highest probability lies ``above`` this and ``up_to`` that."""

    above: float
    up_to: float
    photos: int
    confidence: float
    accuracy: float


def measure_reliability(logits: Tensor, labels: NDArray[np.int64]) -> tuple[float, list[Bin]]:
    """Compare probabilities of logits [photos, classes] with the true labels [photos].

    Returns:
        The expected calibration error, 0 to 1, and the bins that contain photos.
    """
    probabilities, predictions = logits.softmax(1).max(1)
    confidence = probabilities.double().numpy()
    right = predictions.numpy() == labels
    # Upper bounds belong to their bin, so a probability of 1 is in the last.
    index = np.clip(np.ceil(confidence * BINS).astype(int) - 1, 0, BINS - 1)
    bins = []
    for number in range(BINS):
        inside = index == number
        if inside.any():
            bins.append(
                Bin(
                    number / BINS,
                    (number + 1) / BINS,
                    int(inside.sum()),
                    float(confidence[inside].mean()),
                    float(right[inside].mean()),
                )
            )
    gaps = sum(b.photos * abs(b.confidence - b.accuracy) for b in bins)
    return gaps / len(labels), bins


def fit_temperature(logits: Tensor, labels: NDArray[np.int64]) -> float | None:
    """What to divide logits by for the lowest loss on the validation split.

    Returns:
        None where the photos do not decide it, for example because all of them are right.
    """
    step = max(1, math.ceil(logits.numel() / FITTED_SCORES))
    scores, truth = logits[::step].double(), torch.from_numpy(labels[::step].copy())

    right = scores.gather(1, truth[:, None])
    temperature, low, high = 1.0, LOWEST_TEMPERATURE, HIGHEST_TEMPERATURE
    for _ in range(STEPS):
        temperature = math.sqrt(low * high)
        expected = ((scores / temperature).softmax(1) * scores).sum(1, keepdim=True)
        # The loss is convex in the inverse temperature, of which this is its derivative.
        if (expected - right).mean() > 0:
            low = temperature
        else:
            high = temperature
    found = LOWEST_TEMPERATURE * 1.01 < temperature < HIGHEST_TEMPERATURE / 1.01
    return temperature if found else None


def describe_reliability(
    test_logits: Tensor, labels: NDArray[np.int64], temperature: float | None
) -> dict[str, Any]:
    """The part ``calibration`` of metrics.json."""
    error, bins = measure_reliability(test_logits, labels)
    scaled = None
    if temperature is not None:
        scaled = round(measure_reliability(test_logits / temperature, labels)[0], 6)
        temperature = round(temperature, 4)
    return {
        "expected_calibration_error": round(error, 6),
        "temperature": temperature,
        "expected_calibration_error_with_temperature": scaled,
        "bins": [{key: round(value, 6) for key, value in asdict(each).items()} for each in bins],
        "thresholds": _thresholds(test_logits, labels),
    }


def _thresholds(logits: Tensor, labels: NDArray[np.int64]) -> list[dict[str, float | None]]:
    """What share of photos gets an answer by least probability, and how many of these are right."""
    probabilities, predictions = logits.softmax(1).max(1)
    right = predictions.numpy() == labels
    rows = []
    for threshold in THRESHOLDS:
        answered = probabilities.numpy() >= threshold
        rows.append(
            {
                "probability": threshold,
                "answered": round(float(answered.mean()), 6),
                "accuracy": round(float(right[answered].mean()), 6) if answered.any() else None,
            }
        )
    return rows
