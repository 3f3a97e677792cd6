"""Training on features from a warm cache: five epochs, and a search of twelve trials."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from kennel_training.common.run_record import RunRecord
from kennel_training.data.dataset import Photo
from kennel_training.data.decoding import Decoder
from kennel_training.data.skipped import SkippedFiles
from kennel_training.data.transform import Preprocessing
from kennel_training.features.cache import FeatureCache
from kennel_training.features.chunk import Chunk
from kennel_training.features.extraction import CHUNK, FeatureExtractor, Features
from kennel_training.head.fit import HeadSettings, fit_head
from kennel_training.pipeline import Prepared
from kennel_training.tuning.search import tune
from kennel_training.tuning.settings import read_tuning_settings
from spread import seconds, spread, table

CLASSES, WIDTH = 133, 2048
TRAIN, VALID = 6680, 835
EPOCHS, TRIALS = 5, 12
PREPROCESSING = Preprocessing.for_image_size(224)
SETTINGS = HeadSettings(
    epochs=EPOCHS, batch_size=64, learning_rate=0.001, weight_decay=0.01, patience=EPOCHS, seed=0
)


@dataclass
class _NoForward:
    """Stands for the backbone, which a warm cache spares."""

    batch: int = 8
    streams: int = 1
    width: int = WIDTH

    def prepare(self) -> None:
        pass

    def __call__(self, photos: object) -> np.ndarray:
        raise AssertionError("the cache is warm")


@dataclass
class _ReadyPipeline:
    """A pipeline that has its features already, and whose model nobody wants."""

    prepared: Prepared

    def prepare(self) -> Prepared:
        return self.prepared

    def finish(self, *_: object) -> None:
        pass


def measure_heads(rounds: int) -> dict[str, Any]:
    """Seconds for five epochs and for a search of twelve trials, reading the cache included."""
    logging.getLogger("kennel_training").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        splits = {"train": _photos("train", TRAIN), "valid": _photos("valid", VALID)}
        cache = FeatureCache(Path(folder), "weights", PREPROCESSING, "fp32")
        centres = np.random.default_rng(0).normal(0, 0.5, (CLASSES, WIDTH)).astype(np.float32)
        for photos in splits.values():
            _fill(cache, photos, centres)
        epochs, trials = [], []
        for number in range(rounds):
            epochs.append(seconds(lambda: fit_head(*_read(cache, splits), CLASSES, SETTINGS)))
            study = Path(folder) / f"study-{number}"
            trials.append(seconds(lambda study=study: _search(study, _read(cache, splits))))
    return {"train": TRAIN, "classes": CLASSES, "epochs": epochs, "trials": trials}


def render_heads(result: dict[str, Any]) -> str:
    """The times as a table."""
    rows = [
        [f"{EPOCHS} epochs on {TRAIN:,} x {WIDTH:,}", spread(result["epochs"]).show(2), "5"],
        [f"{TRIALS} trials of {EPOCHS} epochs", spread(result["trials"]).show(2), "-"],
    ]
    return table(["with a warm cache", "seconds", "bar"], rows)


def _photos(split: str, count: int) -> tuple[Photo, ...]:
    return tuple(
        Photo(Path(f"{split}-{number}"), f"{split}/{number}", number % CLASSES, f"{split}{number}")
        for number in range(count)
    )


def _fill(cache: FeatureCache, photos: Sequence[Photo], centres: np.ndarray) -> None:
    generator = np.random.default_rng(len(photos))
    for start in range(0, len(photos), CHUNK):
        part = photos[start : start + CHUNK]
        values = generator.normal(0, 1, (len(part), 1, WIDTH)).astype(np.float32)
        values[:, 0] += centres[[photo.label for photo in part]]
        digests = tuple(photo.digest for photo in part)
        cache.store(Chunk(digests, values, ("",) * len(part)), 1)


def _read(cache: FeatureCache, splits: dict[str, tuple[Photo, ...]]) -> tuple[Features, Features]:
    extractor = FeatureExtractor(_NoForward(), Decoder(PREPROCESSING, 1, SkippedFiles(0)), cache)
    return tuple(extractor.extract(split, photos, 1) for split, photos in splits.items())


def _search(folder: Path, features: tuple[Features, Features]) -> None:
    folder.mkdir()
    options = {
        "data": folder,
        "checkpoint_dir": folder,
        "output_dir": folder,
        "trials": TRIALS,
        "epochs": EPOCHS,
        "jobs": torch.get_num_threads(),
    }
    arguments = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    settings = read_tuning_settings(arguments, {"SAGEMAKER_BASE_DIR": str(folder)})
    tune(settings, _ReadyPipeline(Prepared(None, *features)), CLASSES, RunRecord())
