"""Fitting the head: it learns, stops, repeats and resumes."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from kennel_training.common.checkpoint import Checkpoint
from kennel_training.common.errors import TrainingError
from kennel_training.features.extraction import Features
from kennel_training.head.fit import Head, HeadSettings, fit_head

SETTINGS = HeadSettings(
    epochs=15, batch_size=16, learning_rate=0.01, weight_decay=0.01, patience=15, seed=3
)


def features(count: int, seed: int, views: int = 1) -> Features:
    """Three classes around three centres, one constant feature, scales far apart."""
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, 3, count)
    values = generator.normal(0, 1, (count, views, 6)).astype(np.float32)
    for label in range(3):
        values[labels == label, :, label] += 4
    values[..., 0] *= 1000
    values[..., 5] = 7
    return Features(values, labels, ())


TRAIN, VALID = features(120, 1), features(60, 2)


def fit(folder: Path, settings: HeadSettings = SETTINGS, train: Features = TRAIN) -> Head:
    return fit_head(train, VALID, 3, settings, Checkpoint(folder, "head", "key"))


def test_it_learns_and_the_z_score_is_folded_in(tmp_path: Path):
    head = fit(tmp_path)
    predicted = head.logits(VALID.values[:, 0]).argmax(1).numpy()
    assert (predicted == VALID.labels).mean() >= 0.9
    assert head.weight.shape == (3, 6)
    # The constant feature cannot matter.
    assert head.weight[:, 5].tolist() == [0, 0, 0]


def test_the_same_seed_gives_the_same_head(tmp_path: Path):
    one, two = fit(tmp_path / "1"), fit(tmp_path / "2")
    assert torch.equal(one.weight, two.weight)
    assert torch.equal(one.bias, two.bias)
    other = fit(tmp_path / "3", dataclasses.replace(SETTINGS, seed=4))
    assert not torch.equal(one.weight, other.weight)


def test_a_resumed_head_is_bit_identical(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    whole = fit(tmp_path / "whole")
    fit(tmp_path / "parts", dataclasses.replace(SETTINGS, epochs=6))
    caplog.set_level("INFO")
    resumed = fit(tmp_path / "parts")
    assert torch.equal(whole.weight, resumed.weight)
    assert torch.equal(whole.bias, resumed.bias)
    assert whole.history == resumed.history
    assert "after epoch 6" in caplog.text
    assert "Epoch 1: Training Loss: " in caplog.text


def test_a_checkpoint_of_another_run_is_not_used(tmp_path: Path):
    fit(tmp_path)
    assert Checkpoint(tmp_path, "head", "another key").load() is None
    assert Checkpoint(tmp_path, "head", "key").load() is not None
    (tmp_path / "head.pt").write_bytes(b"damaged")
    assert Checkpoint(tmp_path, "head", "key").load() is None


def test_it_stops_after_patience_epochs_without_progress(tmp_path: Path):
    head = fit(tmp_path, dataclasses.replace(SETTINGS, epochs=500, learning_rate=1, patience=2))
    assert len(head.history) == head.best_epoch + 2
    best = min(head.history, key=lambda epoch: epoch.validation_loss)
    assert head.best_epoch == best.number


def test_views_take_part_in_training(tmp_path: Path):
    train = features(120, 1, views=3)
    head = fit(tmp_path / "3", train=train)
    only_first = dataclasses.replace(train, values=train.values[:, :1])
    assert not torch.equal(head.weight, fit(tmp_path / "1", train=only_first).weight)


def test_a_loss_that_is_not_finite_fails(tmp_path: Path):
    broken = dataclasses.replace(VALID, values=np.full_like(VALID.values, np.nan))
    with pytest.raises(TrainingError, match="epoch 1 is not a finite number: lower --learning"):
        fit_head(TRAIN, broken, 3, SETTINGS, Checkpoint(tmp_path, "head", "key"))
