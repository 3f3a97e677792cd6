"""The float and the INT8 model side by side: accuracy, size and speed on this machine."""

import hashlib
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
from kennel_training.common.progress import Progress
from kennel_training.data.dataset import Photo
from kennel_training.data.decoding import Decoder
from kennel_training.data.skipped import SkippedFiles
from kennel_training.data.transform import Pixels
from kennel_training.head.evaluation import Evaluation, evaluate
from kennel_training.head.metrics import describe_test
from kennel_training.model.trained_model import TrainedModel
from kennel_training.quantization.paired import CONFIDENCE, Paired

BATCH = 16
SPEED_ROUNDS = 5
SECONDS_A_ROUND = 0.4

# What training measured of the float model and nobody measures of the INT8 one.
FLOAT_ONLY = ("onnx_largest_difference", "calibration")


@dataclass(frozen=True)
class Comparison:
    """Two models on the same test photos.

    Attributes:
        paired: whose test photos the two name rightly.
        agreement: part of the photos with the same first class.
        largest_difference: between two logits.
        float_rate: photos a second on one core, one at a time; of each round.
        int8_rate: the same; each round measures both.
    """

    float_result: Evaluation
    int8_result: Evaluation
    paired: Paired
    agreement: float
    largest_difference: float
    float_bytes: int
    int8_bytes: int
    float_rate: tuple[float, ...]
    int8_rate: tuple[float, ...]

    @property
    def speedup(self) -> float:
        """INT8's rate divided by float's: of the medians, which are what is shown."""
        return statistics.median(self.int8_rate) / statistics.median(self.float_rate)

    def lines(self) -> list[str]:
        """What a user wants to read."""
        paired = self.paired
        lines = [
            f"Testing Accuracy: {self.float_result.accuracy:.4f} in FP32, "
            f"{self.int8_result.accuracy:.4f} in INT8; "
            f"the same class for {self.agreement:.2%} of the photos",
            f"Of {paired.photos} test photos {paired.lost} are right in FP32 alone and "
            f"{paired.gained} in INT8 alone (McNemar's exact test: p = {paired.p_value:.2g}); on "
            f"others like them INT8 loses less than {paired.largest_drop:.2f} percentage points "
            f"({CONFIDENCE:.0%} confidence)",
            f"Testing Loss: {self.float_result.loss:.4f} in FP32, "
            f"{self.int8_result.loss:.4f} in INT8",
            f"Size: {self.float_bytes / 1e6:.1f} MB in FP32, "
            f"{self.int8_bytes / 1e6:.1f} MB in INT8",
            "Speed here, on one core, a photo at a time: "
            f"{statistics.median(self.float_rate):.1f} a second in FP32, "
            f"{statistics.median(self.int8_rate):.1f} in INT8, {self.speedup:.2f} times as fast",
        ]
        if self.speedup < 1:
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
    both = [open_session(path, torch.get_num_threads()) for path in (model.path, int8)]
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
                for session, scores in zip(both, logits, strict=True):
                    scores.append(session.run(["logits"], {"image": pixels})[0])
            progress.advance(len(part))
    if first is None:
        raise TrainingError("no test photo is readable, so INT8 cannot be judged")
    scores = [np.concatenate(each) for each in logits]
    truth = np.array(labels, dtype=np.int64)
    float_rate, int8_rate = measure_speed((model.path, int8), first, SECONDS_A_ROUND)
    right, int8_right = (each.argmax(1) == truth for each in scores)
    return Comparison(
        evaluate(torch.from_numpy(scores[0]), truth),
        evaluate(torch.from_numpy(scores[1]), truth),
        Paired(len(truth), int((right & ~int8_right).sum()), int((int8_right & ~right).sum())),
        float((scores[0].argmax(1) == scores[1].argmax(1)).mean()),
        float(np.abs(scores[0] - scores[1]).max()),
        model.path.stat().st_size,
        int8.stat().st_size,
        float_rate,
        int8_rate,
    )


def open_session(path: Path, threads: int) -> onnxruntime.InferenceSession:
    """A session on the CPU whose waiting threads do not spin."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def measure_speed(
    models: tuple[Path, Path], photo: Pixels, seconds: float
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Photos a second of two models, round by round in turn, each on one core as the server runs.

    Args:
        models: their graphs.
        photo: uint8 [1, crop, crop, 3].
        seconds: how long each model is measured in each of the rounds.
    """
    sessions = [open_session(path, 1) for path in models]
    for session in sessions:
        session.run(["logits"], {"image": photo})
    rounds = [tuple(_rate(s, photo, seconds) for s in sessions) for _ in range(SPEED_ROUNDS)]
    return tuple(one for one, _ in rounds), tuple(other for _, other in rounds)


def describe_int8(
    model: TrainedModel, comparison: Comparison, skipped: SkippedFiles, calibration_photos: int
) -> dict[str, Any]:
    """Content of metrics.json: the trained model's, with INT8's own figures in their places."""
    metrics = {k: v for k, v in model.metrics.items() if k not in FLOAT_ONLY}
    result = comparison.int8_result
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
            "accuracy_drop_test": {
                "photos": comparison.paired.photos,
                "right_in_float_alone": comparison.paired.lost,
                "right_in_int8_alone": comparison.paired.gained,
                "p_value": round(comparison.paired.p_value, 6),
                "confidence": CONFIDENCE,
                "largest_drop_points": round(comparison.paired.largest_drop, 4),
            },
            "agreement": round(comparison.agreement, 6),
            "logits_largest_difference": round(comparison.largest_difference, 6),
            "bytes": comparison.int8_bytes,
            "photos_per_second": [round(rate, 1) for rate in comparison.int8_rate],
            "float_model": {
                "sha256": hashlib.sha256(model.path.read_bytes()).hexdigest(),
                "precision": metrics.get("precision"),
                "test_accuracy": round(comparison.float_result.accuracy, 6),
                "test_loss": round(comparison.float_result.loss, 6),
                "bytes": comparison.float_bytes,
                "photos_per_second": [round(rate, 1) for rate in comparison.float_rate],
            },
        },
    }


def _rate(session: onnxruntime.InferenceSession, photo: Pixels, seconds: float) -> float:
    runs, started = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - started) < seconds:
        session.run(["logits"], {"image": photo})
        runs += 1
    return runs / elapsed
