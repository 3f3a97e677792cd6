"""How fast features are extracted, beside the bare forward pass and a naive epoch."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from kennel_training.data.dataset import Photo
from kennel_training.data.decoding import Decoder, decode_views
from kennel_training.data.skipped import SkippedFiles
from kennel_training.data.transform import Pixels, Preprocessing
from kennel_training.features.cache import FeatureCache
from kennel_training.features.extraction import FeatureExtractor
from kennel_training.networks.backbones import Backbone, load_backbone
from kennel_training.networks.compute import choose_device, choose_precision, one_thread
from kennel_training.networks.forward import Forward, choose_forward
from PIL import Image
from spread import seconds, spread, table
from torchvision import transforms
from torchvision.transforms import InterpolationMode

DEVICE = choose_device()
REDUCED = Preprocessing.for_image_size(224)
FULL = replace(REDUCED, decode="full")
NAIVE_BATCH = 32


def measure_extraction(
    name: str, paths: Sequence[Path], naive_photos: int, rounds: int
) -> dict[str, Any]:
    """Photos a second: naive, bare forward pass and extraction, in turn in each round.

    Extraction decodes large photos at reduced size, as new models do, and once more in full.
    """
    photos = [Photo(path, str(number), 0, f"{number:064x}") for number, path in enumerate(paths)]
    pixels = np.concatenate([decode_views(photo, REDUCED, (0,)) for photo in photos])
    precisions = ["fp32"]
    if choose_precision("auto", DEVICE, name) == "bf16":
        precisions.append("bf16")
    plain = load_backbone(name, "none", seed=0).to(DEVICE)
    forwards = {
        precision: choose_forward(load_backbone(name, "none", seed=0), 224, precision, DEVICE)
        for precision in precisions
    }
    for forward in forwards.values():
        forward.prepare()
        run_forward(forward, pixels[: 2 * forward.batch])
    naive_epoch(plain, paths[:NAIVE_BATCH])
    naive: list[float] = []
    measured = {
        precision: {"forward": [], "extraction": [], "extraction in full": []}
        for precision in precisions
    }
    for _ in range(rounds):
        sample = paths[:naive_photos]
        naive.append(len(sample) / seconds(lambda sample=sample: naive_epoch(plain, sample)))
        for precision, forward in forwards.items():
            rates = measured[precision]
            # Before and after, because a machine's speed drifts while it is measured.
            first = seconds(lambda forward=forward: run_forward(forward, pixels))
            taken, taken_in_full = (
                seconds(lambda args=(forward, photos, precision, decoding): extract(*args))
                for decoding in (REDUCED, FULL)
            )
            second = seconds(lambda forward=forward: run_forward(forward, pixels))
            rates["forward"].append(2 * len(photos) / (first + second))
            rates["extraction"].append(len(photos) / taken)
            rates["extraction in full"].append(len(photos) / taken_in_full)
    return {"backbone": name, "photos": len(photos), "naive": naive, "precisions": measured}


def naive_epoch(backbone: Backbone, paths: Sequence[Path]) -> None:
    """What a script without a cache does in every epoch, its fastest way: decode, then forward.

    The rest of the epoch (the head's forward and backward pass) is left out, to its advantage.
    """
    transform = transforms.Compose(
        [
            transforms.Resize(256, InterpolationMode.BILINEAR),
            transforms.CenterCrop(224),
            transforms.PILToTensor(),
        ]
    )
    for start in range(0, len(paths), NAIVE_BATCH):
        batch = [
            transform(Image.open(path).convert("RGB"))
            for path in paths[start : start + NAIVE_BATCH]
        ]
        with torch.inference_mode():
            backbone(torch.stack(batch).permute(0, 2, 3, 1).to(DEVICE)).cpu()


def run_forward(forward: Forward, pixels: Pixels) -> None:
    """The forward pass alone, on pixels in memory, in as many threads as extraction uses."""
    size = forward.batch
    batches = [pixels[start : start + size] for start in range(0, len(pixels), size)]
    with one_thread():
        for _ in forward.pool.map(forward, batches):
            pass


@cache
def decoder(preprocessing: Preprocessing) -> Decoder:
    """As training makes it; its processes, if it has any, stay."""
    on_gpu = DEVICE.type == "cuda"
    return Decoder(preprocessing, os.cpu_count() or 1, SkippedFiles(0), processes=on_gpu)


def extract(
    forward: Forward, photos: Sequence[Photo], precision: str, preprocessing: Preprocessing
) -> None:
    """The product's own way, from files to a cache on disk."""
    with tempfile.TemporaryDirectory() as folder:
        features = FeatureCache(Path(folder), "weights", preprocessing, precision)
        FeatureExtractor(forward, decoder(preprocessing), features).extract("train", photos, 1)


def ratios(result: dict[str, Any], precision: str) -> list[float]:
    """Extraction's rate as a part of the bare forward pass's, by round."""
    rates = result["precisions"][precision]
    return [e / f for e, f in zip(rates["extraction"], rates["forward"], strict=True)]


def render_extraction(result: dict[str, Any]) -> str:
    """The rates as a table."""
    rows = [["naive epoch (decode, then torch fp32)", spread(result["naive"]).show(1), "-", "-"]]
    for precision, rates in result["precisions"].items():
        times = [e / n for e, n in zip(rates["extraction"], result["naive"], strict=True)]
        rows.append([f"bare forward pass, {precision}", spread(rates["forward"]).show(1), "-", "-"])
        rows.append(
            [
                f"extraction, {precision}",
                spread(rates["extraction"]).show(1),
                spread(ratios(result, precision)).show(2),
                spread(times).show(1),
            ]
        )
        in_full = spread(rates["extraction in full"]).show(1)
        rows.append([f"extraction, {precision}, photos decoded in full", in_full, "-", "-"])
    head = ["what", "photos/s", "of the bare forward pass (bar: 0.90)", "times naive"]
    return table(head, rows)


def summarize(result: dict[str, Any]) -> dict[str, Any]:
    """Medians and ends, for the result file."""
    return {
        precision: {
            "ratio": asdict(spread(ratios(result, precision))),
            **{name: asdict(spread(values)) for name, values in rates.items()},
        }
        for precision, rates in result["precisions"].items()
    } | {"naive": asdict(spread(result["naive"]))}
