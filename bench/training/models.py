"""What is exported: ONNX against torch, and INT8 against FP32."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
from kennel_training.backbone_names import BACKBONE_NAMES
from kennel_training.backbones import load_backbone
from kennel_training.calibration import calibrate
from kennel_training.dataset import Photo, index_dataset
from kennel_training.decoding import decode_views
from kennel_training.export import CHECKED_BATCHES, Classifier, export_onnx
from kennel_training.head import Head
from kennel_training.quantization import quantize_graph
from kennel_training.quantization_report import compare, measure_speed
from kennel_training.skipped import SkippedFiles
from kennel_training.trained_model import read_model_directory
from kennel_training.transform import Pixels, Preprocessing
from make_sample_photos import make
from spread import spread, table

CLASSES = 133
PREPROCESSING = Preprocessing.for_image_size(224)
SAMPLE = Path(__file__).resolve().parents[2] / "samples/model"
SPEED_SECONDS = 1.5


def measure_onnx(paths: list[Path]) -> list[dict[str, Any]]:
    """For every backbone, the largest difference of logits and whether the first class is equal."""
    photos = [Photo(path, path.name, 0, "") for path in paths[: max(CHECKED_BATCHES)]]
    pixels = np.concatenate([decode_views(photo, PREPROCESSING, (0,)) for photo in photos])
    return [_compare_with_torch(name, photos, pixels) for name in BACKBONE_NAMES]


def _compare_with_torch(name: str, photos: list[Photo], pixels: Pixels) -> dict[str, Any]:
    classifier = _classifier(name, photos)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        export_onnx(classifier, PREPROCESSING.crop, path)
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    for size in CHECKED_BATCHES:
        batch = pixels[:size]
        with torch.inference_mode():
            expected = classifier(torch.from_numpy(batch)).numpy()
        actual = session.run(["logits"], {"image": batch})[0]
        rows.append(
            {
                "batch": size,
                "largest_difference": float(np.abs(actual - expected).max()),
                "largest_logit": float(np.abs(expected).max()),
                "same_class": int((actual.argmax(1) == expected.argmax(1)).sum()),
            }
        )
    return {"backbone": name, "batches": rows}


def _classifier(name: str, photos: list[Photo]) -> Classifier:
    backbone = load_backbone(name, "none", seed=0)
    calibrate(backbone, photos, PREPROCESSING, torch.get_num_threads(), SkippedFiles(0))
    torch.manual_seed(0)
    layer = torch.nn.Linear(backbone.width, CLASSES)
    return Classifier(backbone, Head(layer.weight.detach(), layer.bias.detach(), 1, ()))


def render_onnx(results: list[dict[str, Any]]) -> str:
    """The differences as a table."""
    rows = [
        [
            result["backbone"],
            f"{max(row['largest_difference'] for row in result['batches']):.1e}",
            f"{max(row['largest_logit'] for row in result['batches']):.1f}",
            " ".join(f"{row['same_class']}/{row['batch']}" for row in result["batches"]),
        ]
        for result in results
    ]
    head = ["backbone", "largest difference (bar: 1e-4)", "largest logit", "same class, by batch"]
    return table(head, rows)


def measure_int8(paths: list[Path]) -> dict[str, Any]:
    """ResNet50's speed, and the sample model's accuracy and agreement."""
    photos = [Photo(path, path.name, 0, "") for path in paths[:32]]
    pixels = np.concatenate([decode_views(photo, PREPROCESSING, (0,)) for photo in photos])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model, int8 = folder / "model.onnx", folder / "int8.onnx"
        export_onnx(_classifier("resnet50", photos), PREPROCESSING.crop, model)
        quantize_graph(model, int8, iter(np.split(pixels, 4)))
        float_rate, int8_rate = measure_speed((model, int8), pixels[:1], SPEED_SECONDS)
        return {
            "resnet50": {
                "float_rate": float_rate,
                "int8_rate": int8_rate,
                "float_bytes": model.stat().st_size,
                "int8_bytes": int8.stat().st_size,
            },
            "sample": _quantize_sample(folder),
        }


def _quantize_sample(folder: Path) -> dict[str, Any]:
    """Of fewer photos than the model was trained with, drawn in the same way."""
    data = folder / "shapes"
    make(data, {"train": 16, "valid": 1, "test": 40})
    shutil.copytree(SAMPLE, folder / "sample")
    model = read_model_directory(folder / "sample")
    workers, skipped = torch.get_num_threads(), SkippedFiles(0)
    dataset = index_dataset(data, skipped, workers)
    chosen = dataset.splits["train"]
    pixels = (decode_views(photo, model.preprocessing, (0,)) for photo in chosen)
    quantize_graph(model.path, folder / "sample-int8.onnx", pixels)
    comparison = compare(
        model, folder / "sample-int8.onnx", dataset.splits["test"], workers, skipped
    )
    return {
        "test_photos": len(dataset.splits["test"]),
        "float_accuracy": comparison.float_result.accuracy,
        "int8_accuracy": comparison.int8_result.accuracy,
        "agreement": comparison.agreement,
        "speedup": comparison.speedup,
    }


def render_int8(result: dict[str, Any]) -> str:
    """Speed as a table, accuracy as a sentence."""
    speed, sample = result["resnet50"], result["sample"]
    times = [i / f for i, f in zip(speed["int8_rate"], speed["float_rate"], strict=True)]
    rows = [
        ["FP32", spread(speed["float_rate"]).show(1), "-", f"{speed['float_bytes'] / 1e6:.1f}"],
        [
            "INT8",
            spread(speed["int8_rate"]).show(1),
            spread(times).show(2),
            f"{speed['int8_bytes'] / 1e6:.1f}",
        ],
    ]
    head = ["ResNet50, one core, batch 1", "photos/s", "times FP32", "MB"]
    return (
        f"{table(head, rows)}\n\nThe sample model on {sample['test_photos']} test photos: accuracy "
        f"{sample['float_accuracy']:.4f} in FP32, {sample['int8_accuracy']:.4f} in INT8, the same "
        f"class for {sample['agreement']:.2%}; {sample['speedup']:.2f} times as fast"
    )
