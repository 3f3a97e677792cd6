"""What is exported: ONNX against torch, and INT8 against FP32."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
from kennel_training.data.dataset import Photo
from kennel_training.data.decoding import Decoder, decode_views
from kennel_training.data.skipped import SkippedFiles
from kennel_training.data.transform import Pixels, Preprocessing
from kennel_training.head.fit import Head
from kennel_training.model.export import CHECKED_BATCHES, Classifier, export_onnx
from kennel_training.networks.backbones import load_backbone
from kennel_training.networks.calibration import calibrate
from kennel_training.networks.names import BACKBONE_NAMES
from kennel_training.quantization.comparison import measure_speed
from kennel_training.quantization.quantize import quantize_graph
from spread import spread, table

CLASSES = 133
PREPROCESSING = Preprocessing.for_image_size(224)
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
    calibrate(backbone, photos, Decoder(PREPROCESSING, torch.get_num_threads(), SkippedFiles(0)))
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
    """ResNet50's speed and size in both."""
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
        }


def render_int8(result: dict[str, Any]) -> str:
    """Speed and size as a table."""
    speed = result["resnet50"]
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
    return table(head, rows)
