"""INT8: smaller and faster where the processor multiplies bytes, and not much less accurate.

Static quantization by ONNX Runtime: activations uint8 a tensor, weights int8 a channel, as QDQ
nodes. Ranges come from training photos; the test split decides at the end whether the model is
kept. Scaling and normalisation before the first convolution, and the linear head with its
folded z-score after the last, stay in float.
"""

import logging
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process

from kennel_training.common.ending import unfinished
from kennel_training.common.errors import TrainingError
from kennel_training.data.dataset import Dataset, Photo
from kennel_training.data.decoding import Decoder
from kennel_training.data.skipped import SkippedFiles
from kennel_training.data.transform import Pixels
from kennel_training.model.directory import write_model_directory
from kennel_training.model.trained_model import TrainedModel
from kennel_training.quantization.comparison import Comparison, compare, describe_int8
from kennel_training.quantization.paired import CONFIDENCE
from kennel_training.quantization.settings import QuantizationSettings

BATCH = 16
HEAD_OPERATORS = ("Gemm", "MatMul")

log = logging.getLogger(__name__)


def quantize(
    settings: QuantizationSettings, model: TrainedModel, dataset: Dataset, skipped: SkippedFiles
) -> None:
    """Quantize, compare on the test split, and write the INT8 model if it is good enough.

    Raises:
        TrainingError: when it is not, and then nothing is written; or when the user can put
            another problem right.
    """
    if model.metrics.get("fingerprints", {}).get("data") != dataset.fingerprint:
        log.warning(
            "Warning: the model was trained with other photos than those in %s; where its training "
            "photos are among the test photos here, accuracies mean little",
            settings.data,
        )
    chosen = spread(dataset.splits["train"], settings.calibration_photos)
    with unfinished(Path(tempfile.mkdtemp(prefix="quantize-"))) as folder:
        path = folder / "int8.onnx"
        decoder = Decoder(model.preprocessing, settings.workers, skipped)
        count = quantize_graph(model.path, path, _pixels(chosen, decoder))
        log.info("Calibrated with %d training photos", count)
        comparison = compare(model, path, dataset.splits["test"], decoder)
        for line in comparison.lines():
            log.info(line)
        require_accuracy(comparison, settings)
        metrics = describe_int8(model, comparison, skipped, count)
        write_model_directory(
            settings.int8_dir,
            model.classes,
            model.preprocessing.to_json(),
            metrics,
            lambda target: shutil.copyfile(path, target),
            model.origin,
        )
    log.info("Wrote the INT8 model to %s", settings.int8_dir)


def require_accuracy(comparison: Comparison, settings: QuantizationSettings) -> None:
    """Refuse a loss beyond --max-drop, unless so few photos may show it by chance.

    Raises:
        TrainingError: when more accuracy is lost than allowed.
    """
    paired = comparison.paired
    if paired.drop > settings.max_drop and paired.is_established:
        raise TrainingError(
            f"INT8 loses {paired.drop:.2f} percentage points of test accuracy "
            f"({comparison.fp32.result.accuracy:.4f} -> {comparison.int8.result.accuracy:.4f}), "
            f"more than --max-drop {settings.max_drop:g} allows and not by chance "
            f"({CONFIDENCE:.0%} confidence), so nothing is written: more --calibration_photos (now "
            f"{settings.calibration_photos}) may lose less, or allow it with a higher --max-drop"
        )
    if paired.largest_drop > settings.max_drop:
        log.warning(
            "Warning: %d test photos cannot show that INT8 keeps within --max-drop %g; more would",
            paired.photos,
            settings.max_drop,
        )


def quantize_graph(source: Path, target: Path, batches: Iterator[Pixels]) -> int:
    """Write the INT8 graph of a float one; its input and output stay as they are.

    Args:
        source: a model.onnx that training wrote.
        target: where the new one goes.
        batches: pixels uint8 [N, crop, crop, 3] that decide the ranges of activations.

    Returns:
        How many photos decided.

    Raises:
        TrainingError: when ``source`` is not such a graph.
    """
    prepared = target.with_name("prepared.onnx")
    reader = _Reader(batches)
    with _quiet(), _bad_graph_named(source):
        # Folds constants and BatchNorm, which would otherwise be rounded one by one.
        quant_pre_process(source, prepared, skip_symbolic_shape=True)
        quantize_static(
            prepared,
            target,
            reader,
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            # 7 bits of weight: with 8, processors without VNNI saturate sums and compute other,
            # wrong logits without a word, whatever was measured here.
            reduce_range=True,
            calibrate_method=CalibrationMethod.MinMax,
            nodes_to_exclude=_nodes_in_float(onnx.load(prepared), source),
        )
    prepared.unlink()
    return reader.photos


def spread(photos: Sequence[Photo], count: int) -> Sequence[Photo]:
    """At most ``count`` photos at even distances; photos are in the order of their classes."""
    positions = np.linspace(0, len(photos) - 1, min(count, len(photos))).round().astype(int)
    return [photos[position] for position in positions]


class _Reader(CalibrationDataReader):
    """Feeds the calibration, and counts."""

    def __init__(self, batches: Iterator[Pixels]) -> None:
        self._batches = batches
        self.photos = 0

    def get_next(self) -> dict[str, NDArray[np.uint8]] | None:
        batch = next(self._batches, None)
        if batch is None:
            return None
        self.photos += len(batch)
        return {"image": batch}


def _pixels(photos: Sequence[Photo], decoder: Decoder) -> Iterator[Pixels]:
    parts = [photos[start : start + BATCH] for start in range(0, len(photos), BATCH)]
    for _, readable in decoder.batches(parts, (0,)):
        if readable:
            yield np.concatenate(list(readable.values()))


def _nodes_in_float(model: onnx.ModelProto, source: Path) -> list[str]:
    nodes = model.graph.node
    convolutions = [index for index, node in enumerate(nodes) if node.op_type == "Conv"]
    if not convolutions:
        raise TrainingError(f"{source} has no convolution: pass a model that train.py wrote")
    before = nodes[: convolutions[0]]
    after = nodes[convolutions[-1] :]
    head = next((i for i, node in enumerate(after) if node.op_type in HEAD_OPERATORS), len(after))
    return [node.name for node in (*before, *after[head:])]


@contextmanager
def _bad_graph_named(source: Path) -> Iterator[None]:
    try:
        yield
    except (TrainingError, OSError, MemoryError):
        raise
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise TrainingError(
            f"{source} cannot be quantized ({reason}): pass a model that train.py wrote"
        ) from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the library's hints to programmers, which it gives on the root logger, to itself."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)
