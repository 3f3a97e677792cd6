"""The stages of a run in their order. Everything that needs torch starts here."""

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np
import torch

from kennel_training.backbones import Backbone, calibrate_batch_norm, load_backbone
from kennel_training.checkpoint import Checkpoint
from kennel_training.compute import choose_device, choose_precision, make_deterministic
from kennel_training.dataset import Dataset, Photo, require_every_class
from kennel_training.decoding import decode_ahead, decode_view
from kennel_training.errors import UnreadablePhoto
from kennel_training.evaluation import Evaluation, evaluate
from kennel_training.export import Classifier, check_onnx, export_onnx
from kennel_training.feature_cache import FeatureCache
from kennel_training.features import FeatureExtractor, Features
from kennel_training.files import write_whole
from kennel_training.finetune import FinetuneSettings, Finetuning
from kennel_training.head import Head, HeadSettings, fit_head, head_key
from kennel_training.model_directory import write_json, write_model_directory
from kennel_training.settings import Settings
from kennel_training.skipped import SkippedFiles
from kennel_training.transform import Pixels, Preprocessing

CALIBRATION_PHOTOS = 256
CALIBRATION_BATCH = 32
CHECKED_PHOTOS = 32

log = logging.getLogger(__name__)


def run(settings: Settings, dataset: Dataset, skipped: SkippedFiles) -> None:
    """Train on ``dataset`` and write the model directory.

    Raises:
        TrainingError: when the user can put the problem right.
    """
    make_deterministic(settings.seed)
    device = choose_device()
    precision = choose_precision(settings.precision, device)
    preprocessing = Preprocessing.for_image_size(settings.image_size)
    log.info("Computing on %s in %s", device.type, precision)

    backbone = load_backbone(settings.backbone, settings.weights, settings.seed)
    if settings.weights == "none":
        _calibrate(backbone, dataset, preprocessing, settings.workers, skipped)
    finetune_checkpoint = None
    if settings.unfreeze != 0:
        backbone, finetune_checkpoint = _finetune(
            settings, dataset, backbone, preprocessing, device, skipped
        )
    weights = backbone.fingerprint()

    def extract(split: str, views: int, arithmetic: str) -> Features:
        extractor = FeatureExtractor(
            backbone,
            preprocessing,
            arithmetic,
            device,
            settings.workers,
            FeatureCache(settings.cache_dir, weights, preprocessing, arithmetic),
            skipped,
        )
        features = extractor.extract(split, dataset.splits[split], views)
        present = Counter(features.labels.tolist())
        require_every_class(split, dataset.classes, present, settings.data)
        return features

    train = extract("train", settings.views, precision)
    valid = extract("valid", 1, precision)
    head_settings = _head_settings(settings)
    features_key = f"{dataset.fingerprint} {weights} {preprocessing} {precision} {settings.views}"
    head_checkpoint = Checkpoint(
        settings.checkpoint_dir, "head", head_key(features_key, head_settings)
    )
    head = fit_head(train, valid, len(dataset.classes), head_settings, head_checkpoint)

    # Only now the test split, and in the arithmetic of the model that is served.
    test = extract("test", 1, "fp32")
    result = evaluate(head.logits(test.values[:, 0]), test.labels)
    log.info("Testing Loss: %.4f", result.loss)
    log.info("Testing Accuracy: %.4f", result.accuracy)

    metrics = _metrics(settings, dataset, weights, precision, head, result, skipped)
    classifier = Classifier(backbone, head)
    photos = _some_pixels(valid.photos, preprocessing)

    def write_model(path: Any) -> None:
        export_onnx(classifier, preprocessing.crop, path)
        metrics["onnx_largest_difference"] = check_onnx(classifier, path, photos)

    write_model_directory(
        settings.model_dir, dataset.classes, preprocessing.to_json(), metrics, write_model
    )
    history = [asdict(epoch) for epoch in head.history]
    write_whole(settings.output_dir / "history.json", lambda path: write_json(path, history))
    head_checkpoint.clear()
    if finetune_checkpoint is not None:
        finetune_checkpoint.clear()
    log.info("Wrote the model to %s", settings.model_dir)


def _calibrate(
    backbone: Backbone,
    dataset: Dataset,
    preprocessing: Preprocessing,
    workers: int,
    skipped: SkippedFiles,
) -> None:
    """Show random weights an even selection of training photos."""
    photos = dataset.splits["train"]
    step = max(1, len(photos) // CALIBRATION_PHOTOS)
    chosen = photos[::step][:CALIBRATION_PHOTOS]

    def batches() -> Iterator[torch.Tensor]:
        stream = decode_ahead(chosen, lambda p: decode_view(p, preprocessing, 0), workers)
        batch: list[Pixels] = []
        for photo, result in zip(chosen, stream, strict=True):
            if isinstance(result, UnreadablePhoto):
                skipped.add(photo.name, str(result))
            else:
                batch.append(result)
            if len(batch) == CALIBRATION_BATCH:
                yield torch.from_numpy(np.stack(batch))
                batch = []
        # One photo alone has no batch statistics.
        if len(batch) > 1:
            yield torch.from_numpy(np.stack(batch))

    calibrate_batch_norm(backbone, batches())


def _finetune(
    settings: Settings,
    dataset: Dataset,
    backbone: Backbone,
    preprocessing: Preprocessing,
    device: torch.device,
    skipped: SkippedFiles,
) -> tuple[Backbone, Checkpoint]:
    finetune_settings = FinetuneSettings(
        blocks=settings.unfreeze,
        epochs=settings.unfreeze_epochs,
        batch_size=settings.batch_size,
        learning_rate=settings.unfreeze_learning_rate,
        views=settings.views,
        seed=settings.seed,
    )
    content = json.dumps(
        [dataset.fingerprint, backbone.fingerprint(), str(preprocessing), asdict(finetune_settings)]
    )
    key = hashlib.sha256(content.encode()).hexdigest()
    checkpoint = Checkpoint(settings.checkpoint_dir, "finetune", key)
    finetuning = Finetuning(
        backbone,
        len(dataset.classes),
        finetune_settings,
        preprocessing,
        device,
        settings.workers,
        skipped,
    )
    splits = dataset.splits
    return finetuning.run(splits["train"], splits["valid"], checkpoint), checkpoint


def _head_settings(settings: Settings) -> HeadSettings:
    return HeadSettings(
        epochs=settings.epochs,
        batch_size=settings.batch_size,
        learning_rate=settings.learning_rate,
        weight_decay=settings.weight_decay,
        patience=settings.patience,
        seed=settings.seed,
    )


def _some_pixels(photos: tuple[Photo, ...], preprocessing: Preprocessing) -> Pixels:
    """Pixels of some validation photos, spread over the classes."""
    step = max(1, len(photos) // CHECKED_PHOTOS)
    chosen = photos[::step][:CHECKED_PHOTOS]
    return np.stack([decode_view(photo, preprocessing, 0) for photo in chosen])


def _metrics(
    settings: Settings,
    dataset: Dataset,
    weights: str,
    precision: str,
    head: Head,
    result: Evaluation,
    skipped: SkippedFiles,
) -> dict[str, Any]:
    best = head.history[head.best_epoch - 1]
    return {
        "test_accuracy": round(result.accuracy, 6),
        "test_loss": round(result.loss, 6),
        "valid_accuracy": round(best.validation_accuracy, 6),
        "valid_loss": round(best.validation_loss, 6),
        "best_epoch": head.best_epoch,
        "epochs": len(head.history),
        "skipped": len(skipped.reasons),
        "skipped_files": skipped.reasons,
        "duplicates": [list(pair) for pair in dataset.duplicates],
        "photos": {split: len(photos) for split, photos in dataset.splits.items()},
        "per_class": result.per_class(dataset.classes),
        "confusion": result.confusion.tolist(),
        "backbone": settings.backbone,
        "weights": settings.weights if settings.weights in ("imagenet", "none") else "file",
        "precision": precision,
        "settings": {
            "seed": settings.seed,
            "epochs": settings.epochs,
            "batch_size": settings.batch_size,
            "learning_rate": settings.learning_rate,
            "weight_decay": settings.weight_decay,
            "patience": settings.patience,
            "views": settings.views,
            "unfreeze": "all" if settings.unfreeze is None else settings.unfreeze,
            "unfreeze_epochs": settings.unfreeze_epochs,
            "unfreeze_learning_rate": settings.unfreeze_learning_rate,
        },
        "fingerprints": {"data": dataset.fingerprint, "weights": weights},
    }
