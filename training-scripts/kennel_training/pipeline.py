"""The stages of a run in their order. Everything that needs torch starts here."""

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from kennel_training.common.checkpoint import Checkpoint
from kennel_training.common.epoch import Epoch
from kennel_training.common.files import sha256_of, write_whole
from kennel_training.common.run_record import RunRecord
from kennel_training.data.dataset import Dataset, Photo, require_every_class
from kennel_training.data.decoding import Decoder, decode_views
from kennel_training.data.origin import ORIGIN, describe_origin
from kennel_training.data.skipped import SkippedFiles
from kennel_training.data.transform import Pixels, Preprocessing
from kennel_training.features.cache import FeatureCache
from kennel_training.features.extraction import FeatureExtractor, Features
from kennel_training.features.shared_cache import SharedCache
from kennel_training.head.evaluation import Evaluation, evaluate
from kennel_training.head.fit import Head, HeadSettings, fit_head, head_key
from kennel_training.head.metrics import describe
from kennel_training.head.reliability import describe_reliability, fit_temperature
from kennel_training.model.directory import to_json, write_model_directory
from kennel_training.model.export import Classifier, check_onnx, export_onnx
from kennel_training.networks.backbones import Backbone, load_backbone
from kennel_training.networks.calibration import calibrate
from kennel_training.networks.compute import choose_device, choose_precision, make_deterministic
from kennel_training.networks.finetune import FinetuneSettings, Finetuning
from kennel_training.networks.forward import Forward, choose_forward
from kennel_training.ranks.group import Group
from kennel_training.reports.report import FinishedRun, write_report
from kennel_training.settings.training import Settings

CHECKED_PHOTOS = 32

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Prepared:
    """What a head is fitted on, and the backbone that it goes on top of."""

    backbone: Backbone
    train: Features
    valid: Features
    classes: int


def head_settings(settings: Settings) -> HeadSettings:
    """Those settings that decide the head."""
    return HeadSettings(**{f.name: getattr(settings, f.name) for f in fields(HeadSettings)})


class Pipeline:
    """One run: backbone, features, head, test, model directory."""

    def __init__(
        self,
        settings: Settings,
        dataset: Dataset,
        skipped: SkippedFiles,
        group: Group,
        record: RunRecord,
    ) -> None:
        self._group = group
        self.record = record
        self._settings = settings
        self._dataset = dataset
        self._skipped = skipped
        self._preprocessing = Preprocessing.for_image_size(settings.image_size)
        self._device = choose_device()
        on_gpu = self._device.type == "cuda"
        self._decoder = Decoder(self._preprocessing, settings.workers, skipped, processes=on_gpu)
        precision = choose_precision(settings.precision, self._device, settings.backbone)
        self._precision = self._group.broadcast(precision)
        self._forwards: dict[str, Forward] = {}
        self._finetune_checkpoint: Checkpoint | None = None
        self._finetuning: tuple[Epoch, ...] = ()
        # Only rank 0 reads and writes features.
        shared = settings.cache_uri if self._group.rank == 0 else None
        self._shared = SharedCache(shared) if shared else None

    def __enter__(self) -> "Pipeline":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._shared is not None:
            if kind is None:
                self._shared.finish()
            else:
                self._shared.abandon()

    def prepare(self) -> Prepared:
        """Everything before the head; the test split stays untouched. Only for rank 0."""
        settings = self._settings
        make_deterministic(settings.seed)
        log.info("Computing on %s in %s", self._device.type, self._precision)
        with self.record.phase("Preparing the backbone"):
            backbone = self._backbone()
        if self._group.size > 1:
            self._group.broadcast(
                {name: value.cpu() for name, value in backbone.state_dict().items()}
            )
        train = self._features(backbone, "train", settings.views, self._precision)
        valid = self._features(backbone, "valid", 1, self._precision)
        return Prepared(backbone, train, valid, len(self._dataset.classes))

    def assist(self) -> None:
        """All that the other ranks do: help rank 0 to extract features."""
        settings, splits = self._settings, self._dataset.splits
        make_deterministic(settings.seed)
        # Rank 0's weights, to the last bit; here none are downloaded or fine-tuned.
        backbone = load_backbone(settings.backbone, "none", settings.seed)
        backbone.load_state_dict(self._group.broadcast(None))
        for split, views, precision in (
            ("train", settings.views, self._precision),
            ("valid", 1, self._precision),
            ("test", 1, "fp32"),
        ):
            self._extractor(backbone, precision).assist(split, splits[split], views)

    def finish(self, prepared: Prepared, changes: Mapping[str, Any] | None = None) -> None:
        """Fit the head, test it and write the model directory.

        Args:
            prepared: what ``prepare`` returned.
            changes: settings of the head, in the place of this run's.
        """
        settings = replace(self._settings, **(changes or {}))
        backbone, train, valid = prepared.backbone, prepared.train, prepared.valid
        chosen = head_settings(settings)
        checkpoint = Checkpoint(settings.checkpoint_dir, "head", head_key(train, valid, chosen))
        with self.record.phase("Fitting the head"):
            head = fit_head(train, valid, prepared.classes, chosen, checkpoint)

        # Only now the test split, and in the arithmetic of the model that is served.
        test = self._features(backbone, "test", 1, "fp32")
        scores = head.logits(test.values[:, 0])
        result = evaluate(scores, test.labels)
        log.info("Testing Loss: %.4f", result.loss)
        log.info("Testing Accuracy: %.4f", result.accuracy)

        temperature = fit_temperature(head.logits(valid.values[:, 0]), valid.labels)
        calibration = describe_reliability(scores, test.labels, temperature)
        with self.record.phase("Exporting and checking the model"):
            digest, metrics = self._write(
                settings, backbone, head, result, calibration, valid.photos
            )
        checkpoint.clear()
        if self._finetune_checkpoint is not None:
            self._finetune_checkpoint.clear()
        write_report(
            FinishedRun(
                settings,
                self._dataset.classes,
                self._preprocessing,
                digest,
                metrics,
                self._finetuning,
                head.history,
                test.photos,
                result,
                self.record.to_json(self._device.type),
            )
        )

    def _backbone(self) -> Backbone:
        settings, splits = self._settings, self._dataset.splits
        backbone = load_backbone(settings.backbone, settings.weights, settings.seed)
        if settings.weights == "none":
            calibrate(backbone, splits["train"], self._decoder)
            if settings.unfreeze == 0:
                log.warning(
                    "Warning: random weights that stay frozen tell little apart; "
                    "--unfreeze all trains them"
                )
        if settings.unfreeze == 0:
            return backbone
        finetune_settings = FinetuneSettings(
            blocks=settings.unfreeze,
            epochs=settings.unfreeze_epochs,
            batch_size=settings.batch_size,
            learning_rate=settings.unfreeze_learning_rate,
            views=settings.views,
            precision=self._precision,
            seed=settings.seed,
        )
        key = finetune_settings.key(
            self._dataset.fingerprint, backbone.fingerprint(), self._preprocessing
        )
        self._finetune_checkpoint = Checkpoint(settings.checkpoint_dir, "finetune", key)
        finetuning = Finetuning(
            backbone,
            len(self._dataset.classes),
            finetune_settings,
            self._device,
            self._decoder,
        )
        backbone = finetuning.run(splits["train"], splits["valid"], self._finetune_checkpoint)
        self._finetuning = finetuning.history
        return backbone

    def _extractor(self, backbone: Backbone, precision: str) -> FeatureExtractor:
        settings = self._settings
        cache = FeatureCache(
            settings.cache_dir,
            backbone.fingerprint(),
            self._preprocessing,
            precision,
            self._shared,
        )
        if precision not in self._forwards:
            self._forwards[precision] = choose_forward(
                backbone, self._preprocessing.crop, precision, self._device
            )
        return FeatureExtractor(
            self._forwards[precision],
            self._decoder,
            cache,
            self._group,
        )

    def _features(self, backbone: Backbone, split: str, views: int, precision: str) -> Features:
        settings, dataset = self._settings, self._dataset
        photos = dataset.splits[split]
        with self.record.phase(f"Features of {split} photos"):
            features = self._extractor(backbone, precision).extract(split, photos, views)
        present = Counter(features.labels.tolist())
        require_every_class(split, dataset.classes, present, settings.data)
        return features

    def _write(
        self,
        settings: Settings,
        backbone: Backbone,
        head: Head,
        result: Evaluation,
        calibration: dict[str, Any],
        valid: tuple[Photo, ...],
    ) -> tuple[str, dict[str, Any]]:
        """Write the model directory; returns model.onnx's SHA-256 and metrics.json's content."""
        metrics = describe(
            settings,
            self._dataset,
            backbone.fingerprint(),
            self._precision,
            head,
            result,
            calibration,
            self._skipped,
        )
        classifier = Classifier(backbone, head)
        photos = self._pixels_to_check(valid)

        def write_model(path: Path) -> None:
            export_onnx(classifier, self._preprocessing.crop, path)
            metrics["onnx_largest_difference"] = check_onnx(classifier, path, photos)

        history = [asdict(epoch) for epoch in head.history]
        write_whole(settings.output_dir / "history.json", to_json(history))
        origin = describe_origin(self._dataset)
        write_model_directory(
            settings.model_dir,
            self._dataset.classes,
            self._preprocessing.to_json(),
            metrics,
            write_model,
            origin,
        )
        log.info("Wrote the model to %s", settings.model_dir)
        # SageMaker packs it beside the model, so that nobody has to load that to know it.
        known = {name: metrics[name] for name in ("test_accuracy", "test_loss", "fingerprints")}
        digest = sha256_of(settings.model_dir / "model.onnx")
        write_whole(settings.output_dir / ORIGIN, to_json({"model": digest, **known, **origin}))
        return digest, metrics

    def _pixels_to_check(self, photos: tuple[Photo, ...]) -> Pixels:
        """Pixels of some photos, spread over the classes."""
        chosen = photos[:: max(1, len(photos) // CHECKED_PHOTOS)][:CHECKED_PHOTOS]
        return np.concatenate([decode_views(photo, self._preprocessing, (0,)) for photo in chosen])
