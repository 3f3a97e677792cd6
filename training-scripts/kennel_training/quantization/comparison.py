"""The float and the INT8 model side by side: accuracy, size and speed on this machine."""

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray

from kennel_training.common.errors import TrainingError
from kennel_training.common.files import sha256_of
from kennel_training.common.progress import Progress
from kennel_training.data.dataset import Photo
from kennel_training.data.decoding import Decoder
from kennel_training.data.skipped import SkippedFiles
from kennel_training.data.transform import Pixels
from kennel_training.head.evaluation import Evaluation, evaluate
from kennel_training.head.metrics import describe_test
from kennel_training.model.trained_model import TrainedModel
from kennel_training.networks.onnx_graph import open_session
from kennel_training.quantization.paired import CONFIDENCE, Paired

BATCH = 16
SPEED_ROUNDS = 5
SECONDS_A_ROUND = 0.4

# What training measured of the float model and nobody measures of the INT8 one.
FLOAT_ONLY = ("onnx_largest_difference", "calibration")


@dataclass(frozen=True)
class Measured:
    """One model.

    Attributes:
        bytes: of its file.
        rates: photos a second on one core, one at a time, of each round.
    """

    result: Evaluation
    bytes: int
    rates: tuple[float, ...]

    @property
    def rate(self) -> float:
        """The median, which is what is shown."""
        return statistics.median(self.rates)

    def to_json(self) -> dict[str, Any]:
        """Its size and speed in metrics.json."""
        return {"bytes": self.bytes, "photos_per_second": [round(rate, 1) for rate in self.rates]}


@dataclass(frozen=True)
class Comparison:
    """Two models on the same test photos.

    Attributes:
        paired: whose test photos the two name rightly.
        agreement: part of the photos with the same first class.
        largest_difference: between two logits.
    """

    fp32: Measured
    int8: Measured
    paired: Paired
    agreement: float
    largest_difference: float

    def lines(self) -> list[str]:
        """What a user wants to read."""
        fp32, int8, paired = self.fp32, self.int8, self.paired
        speedup = int8.rate / fp32.rate
        lines = [
            f"Testing Accuracy: {fp32.result.accuracy:.4f} in FP32, "
            f"{int8.result.accuracy:.4f} in INT8; "
            f"the same class for {self.agreement:.2%} of the photos",
            f"Of {paired.photos} test photos {paired.lost} are right in FP32 alone and "
            f"{paired.gained} in INT8 alone (McNemar's exact test: p = {paired.p_value:.2g}); on "
            f"others like them INT8 loses less than {paired.largest_drop:.2f} percentage points "
            f"({CONFIDENCE:.0%} confidence)",
            f"Testing Loss: {fp32.result.loss:.4f} in FP32, {int8.result.loss:.4f} in INT8",
            f"Size: {fp32.bytes / 1e6:.1f} MB in FP32, {int8.bytes / 1e6:.1f} MB in INT8",
            f"Speed here, on one core, a photo at a time: {fp32.rate:.1f} a second in FP32, "
            f"{int8.rate:.1f} in INT8, {speedup:.2f} times as fast",
        ]
        if speedup < 1:
            lines.append(
                "Warning: INT8 is slower than FP32 here: the network is too small to gain, or the "
                "processor lacks AVX-512 VNNI and AVX-VNNI, which multiply bytes"
            )
        return lines


def compare(
    model: TrainedModel, int8: Path, photos: Sequence[Photo], decoder: Decoder
) -> Comparison:
    """Run both models over ``photos``.

    Raises:
        TrainingError: when no photo is readable, or too many are not.
    """
    models = model.path, int8
    sessions = [open_session(path, torch.get_num_threads()) for path in models]
    logits: tuple[list[NDArray[np.float32]], ...] = ([], [])
    labels: list[int] = []
    first: Pixels | None = None
    parts = [photos[start : start + BATCH] for start in range(0, len(photos), BATCH)]
    with Progress("Comparing on test photos", len(photos)) as progress:
        for part, readable in decoder.batches(parts, (0,)):
            if readable:
                pixels = np.concatenate(list(readable.values()))
                first = pixels[:1] if first is None else first
                labels += [part[row].label for row in readable]
                for session, scores in zip(sessions, logits, strict=True):
                    scores.append(session.run(["logits"], {"image": pixels})[0])
            progress.advance(len(part))
    if first is None:
        raise TrainingError("no test photo is readable, so INT8 cannot be compared")
    before, after = (np.concatenate(each) for each in logits)
    truth = np.array(labels, dtype=np.int64)
    # Each on one core, as the server runs it; in turn, because a machine's speed drifts.
    alone = [open_session(path, 1) for path in models]
    for session in alone:
        session.run(["logits"], {"image": first})
    rounds = [[_rate(session, first) for session in alone] for _ in range(SPEED_ROUNDS)]
    fp32, quantized = [
        Measured(evaluate(torch.from_numpy(scores), truth), path.stat().st_size, rates)
        for scores, path, rates in zip(
            (before, after), models, zip(*rounds, strict=True), strict=True
        )
    ]
    return Comparison(
        fp32,
        quantized,
        Paired.of(before.argmax(1) == truth, after.argmax(1) == truth),
        float((before.argmax(1) == after.argmax(1)).mean()),
        float(np.abs(before - after).max()),
    )


def describe_int8(
    model: TrainedModel, comparison: Comparison, skipped: SkippedFiles, calibration_photos: int
) -> dict[str, Any]:
    """Content of metrics.json: the trained model's, with INT8's own figures in their places."""
    metrics = {k: v for k, v in model.metrics.items() if k not in FLOAT_ONLY}
    fp32, result = comparison.fp32, comparison.int8.result
    per_class = metrics.get("per_class", {})
    skipped_files = {**metrics.get("skipped_files", {}), **skipped.reasons}
    return {
        **metrics,
        **describe_test(result, model.classes),
        "skipped": len(skipped_files),
        "skipped_files": skipped_files,
        "per_class": {
            name: {**per_class.get(name, {}), **figures}
            for name, figures in result.per_class(model.classes).items()
        },
        "precision": "int8",
        "quantization": {
            "method": "static QDQ, uint8 activations, 7-bit int8 weights per channel, float head",
            "calibration_photos": calibration_photos,
            "accuracy_drop_points": round(comparison.paired.drop, 4),
            "accuracy_drop_test": comparison.paired.to_json(),
            "agreement": round(comparison.agreement, 6),
            "logits_largest_difference": round(comparison.largest_difference, 6),
            **comparison.int8.to_json(),
            "float_model": {
                "sha256": sha256_of(model.path),
                "precision": metrics.get("precision"),
                "test_accuracy": round(fp32.result.accuracy, 6),
                "test_loss": round(fp32.result.loss, 6),
                **fp32.to_json(),
            },
        },
    }


def _rate(session: onnxruntime.InferenceSession, photo: Pixels) -> float:
    """Photos a second, one [1, crop, crop, 3] at a time."""
    runs, started = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - started) < SECONDS_A_ROUND:
        session.run(["logits"], {"image": photo})
        runs += 1
    return runs / elapsed
