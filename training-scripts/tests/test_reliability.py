"""Calibration: figures on cases whose answer is known."""

import numpy as np
import pytest
import torch

from kennel_training.head.evaluation import evaluate
from kennel_training.head.reliability import (
    describe_reliability,
    fit_temperature,
    measure_reliability,
)


def logits_of(probability: float, count: int, classes: int = 2) -> torch.Tensor:
    """Scores that give class 0 this probability, for each of ``count`` photos."""
    rest = (1 - probability) / (classes - 1)
    return torch.tensor([[probability] + [rest] * (classes - 1)] * count).log()


def labels_of(right: int, count: int) -> np.ndarray:
    return np.array([0] * right + [1] * (count - right))


def test_the_error_is_the_gap_between_probability_and_accuracy():
    error, (only,) = measure_reliability(logits_of(0.9, 100), labels_of(70, 100))
    assert error == pytest.approx(0.2)
    assert (only.photos, only.accuracy) == (100, 0.7)
    assert only.above < only.confidence <= only.up_to
    error, _ = measure_reliability(logits_of(0.75, 100), labels_of(75, 100))
    assert error == pytest.approx(0, abs=1e-6)


def test_the_temperature_takes_back_what_logits_were_multiplied_by():
    generator = torch.Generator().manual_seed(0)
    logits = 2 * torch.randn(4000, 10, generator=generator)
    labels = torch.multinomial(logits.softmax(1), 1, generator=generator)[:, 0].numpy()
    assert fit_temperature(logits, labels) == pytest.approx(1, abs=0.06)
    assert fit_temperature(3 * logits, labels) == pytest.approx(3, abs=0.18)
    described = describe_reliability(3 * logits, labels, 3.0)
    before = described["expected_calibration_error"]
    assert described["expected_calibration_error_with_temperature"] < before / 3


def test_photos_that_are_all_right_decide_no_temperature():
    logits, labels = logits_of(0.8, 50), labels_of(50, 50)
    assert fit_temperature(logits, labels) is None
    described = describe_reliability(logits, labels, None)
    assert described["temperature"] is None
    assert described["expected_calibration_error_with_temperature"] is None


def test_thresholds_tell_what_is_answered_and_how_well():
    logits = torch.cat([logits_of(0.97, 60), logits_of(0.6, 40)])
    labels = np.array([0] * 60 + [0] * 10 + [1] * 30)
    rows = {r["probability"]: r for r in describe_reliability(logits, labels, None)["thresholds"]}
    assert (rows[0.5]["answered"], rows[0.5]["accuracy"]) == (1, 0.7)
    assert (rows[0.9]["answered"], rows[0.9]["accuracy"]) == (0.6, 1)
    assert (rows[0.99]["answered"], rows[0.99]["accuracy"]) == (0, None)


def test_the_interval_is_wilsons():
    low, high = evaluate(logits_of(0.9, 100), labels_of(90, 100)).accuracy_interval
    assert (low, high) == pytest.approx((0.8256, 0.9448), abs=1e-4)
    low, high = evaluate(logits_of(0.9, 10), labels_of(10, 10)).accuracy_interval
    assert (low, high) == pytest.approx((0.7225, 1.0), abs=1e-4)


def test_the_right_class_among_the_top_five_counts():
    logits = torch.arange(7.0).repeat(4, 1)
    result = evaluate(logits, np.array([6, 2, 1, 0]))
    assert result.top5_accuracy == 0.5
    assert result.accuracy == 0.25
    assert evaluate(logits[:, :5], np.array([4, 4, 0, 0])).top5_accuracy is None
    pairs = result.confused(tuple("abcdefg"))
    assert {(p["class"], p["predicted"]) for p in pairs} == {("c", "g"), ("b", "g"), ("a", "g")}
