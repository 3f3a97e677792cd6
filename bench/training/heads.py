"""Training on features that are there already: five epochs, and a search of twelve trials."""

from __future__ import annotations

import logging
import tempfile
from time import perf_counter
from types import SimpleNamespace

import numpy as np
import torch
from kennel_training.common.run_record import RunRecord
from kennel_training.features.extraction import Features
from kennel_training.head.fit import HeadSettings, fit_head
from kennel_training.tuning.search import tune
from kennel_training.tuning.settings import read_tuning_settings

CLASSES, WIDTH = 133, 2048
TRAIN, VALID = 6680, 835
EPOCHS, TRIALS = 5, 12
SETTINGS = HeadSettings(
    epochs=EPOCHS, batch_size=64, learning_rate=0.001, weight_decay=0.01, patience=EPOCHS, seed=0
)


def measure_heads(rounds: int) -> dict[str, list[float]]:
    """Seconds for five epochs and for a search of twelve trials."""
    logging.getLogger("kennel_training").setLevel(logging.ERROR)
    centres = np.random.default_rng(0).normal(0, 0.5, (CLASSES, WIDTH)).astype(np.float32)
    train, valid = _features(TRAIN, centres), _features(VALID, centres)
    # Stands for one whose features are there already, and whose model nobody wants.
    pipeline = SimpleNamespace(
        prepare=lambda: SimpleNamespace(train=train, valid=valid, classes=CLASSES),
        finish=lambda *_: None,
        record=RunRecord(),
    )
    seconds: dict[str, list[float]] = {"epochs": [], "trials": []}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            words = [f"--{name}={folder}" for name in ("data", "checkpoint_dir", "output_dir")]
            words += [f"--trials={TRIALS}", f"--epochs={EPOCHS}"]
            words += [f"--jobs={torch.get_num_threads()}"]
            settings = read_tuning_settings(words, {"SAGEMAKER_BASE_DIR": folder})
            started = perf_counter()
            fit_head(train, valid, CLASSES, SETTINGS)
            between = perf_counter()
            tune(settings, pipeline)
            seconds["epochs"].append(between - started)
            seconds["trials"].append(perf_counter() - between)
    return seconds


def _features(count: int, centres: np.ndarray) -> Features:
    labels = np.arange(count) % CLASSES
    noise = np.random.default_rng(count).normal(0, 1, (count, WIDTH)).astype(np.float32)
    return Features((noise + centres[labels])[:, None], labels, ())
