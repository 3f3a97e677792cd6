"""Optional fine-tuning of the backbone's last blocks, before its features are extracted.

It ends with a backbone in evaluation mode, so everything after it is the same as without it.
"""

import copy
import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from kennel_training.backbones import Backbone
from kennel_training.checkpoint import Checkpoint
from kennel_training.dataset import Photo
from kennel_training.decoding import decode_ahead, decode_view
from kennel_training.errors import TrainingError, UnreadablePhoto
from kennel_training.progress import Progress
from kennel_training.skipped import SkippedFiles
from kennel_training.transform import Preprocessing

WEIGHT_DECAY = 0.01

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FinetuneSettings:
    """All that decides the fine-tuning besides photos and weights.

    Attributes:
        blocks: how many of the last blocks are trained; None for all.
        views: of each photo; epoch n sees view (n - 1) mod views.
    """

    blocks: int | None
    epochs: int
    batch_size: int
    learning_rate: float
    views: int
    seed: int


class Finetuning:
    """Trains blocks of a backbone together with a throw-away linear layer."""

    def __init__(
        self,
        backbone: Backbone,
        classes: int,
        settings: FinetuneSettings,
        preprocessing: Preprocessing,
        device: torch.device,
        workers: int,
        skipped: SkippedFiles,
    ) -> None:
        self._backbone = backbone.to(device)
        torch.manual_seed(settings.seed)
        self._layer = nn.Linear(backbone.width, classes).to(device)
        self._settings = settings
        self._preprocessing = preprocessing
        self._device = device
        self._workers = workers
        self._skipped = skipped
        blocks = backbone.blocks()
        self._blocks = blocks if settings.blocks is None else blocks[-settings.blocks :]

    def run(
        self, train: Sequence[Photo], valid: Sequence[Photo], checkpoint: Checkpoint
    ) -> Backbone:
        """Train; returns the backbone of the epoch with the lowest validation loss, frozen.

        Raises:
            TrainingError: when the loss is not finite or too many photos are unreadable.
        """
        settings = self._settings
        self._backbone.requires_grad_(False)
        for block in self._blocks:
            block.requires_grad_(True)
        trained = [p for p in self._backbone.parameters() if p.requires_grad]
        optimizer = torch.optim.AdamW(
            [*trained, *self._layer.parameters()],
            lr=settings.learning_rate,
            weight_decay=WEIGHT_DECAY,
        )
        steps = max(1, math.ceil(len(train) / settings.batch_size))
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, settings.learning_rate, total_steps=settings.epochs * steps + 1
        )
        best_loss, best, first = math.inf, copy.deepcopy(self._backbone.state_dict()), 1
        state = checkpoint.load()
        if state is not None:
            self._backbone.load_state_dict(state["backbone"])
            self._layer.load_state_dict(state["layer"])
            optimizer.load_state_dict(state["optimizer"])
            schedule.load_state_dict(state["schedule"])
            best_loss, best, first = state["best_loss"], state["best"], state["epoch"] + 1
        for epoch in range(first, settings.epochs + 1):
            training_loss = self._train_epoch(train, epoch, optimizer, schedule)
            validation_loss, accuracy = self._validate(valid)
            if not (math.isfinite(training_loss) and math.isfinite(validation_loss)):
                raise TrainingError(
                    f"the loss of fine-tuning epoch {epoch} is not a finite number: "
                    f"lower --unfreeze_learning_rate (now {settings.learning_rate:g})"
                )
            log.info(
                "Fine-tuning epoch %d of %d: train %.4f, valid %.4f (accuracy %.4f)",
                epoch,
                settings.epochs,
                training_loss,
                validation_loss,
                accuracy,
            )
            if validation_loss < best_loss:
                best_loss, best = validation_loss, copy.deepcopy(self._backbone.state_dict())
            checkpoint.save(
                {
                    "epoch": epoch,
                    "backbone": self._backbone.state_dict(),
                    "layer": self._layer.state_dict(),
                    "optimizer": optimizer.state_dict(),
                    "schedule": schedule.state_dict(),
                    "best_loss": best_loss,
                    "best": best,
                }
            )
        self._backbone.load_state_dict(best)
        return self._backbone.requires_grad_(False).eval()

    def _train_epoch(
        self,
        photos: Sequence[Photo],
        epoch: int,
        optimizer: torch.optim.Optimizer,
        schedule: torch.optim.lr_scheduler.LRScheduler,
    ) -> float:
        # Frozen blocks stay in evaluation mode: training mode would move their BatchNorm statistics.
        self._backbone.eval()
        for block in self._blocks:
            block.train()
        torch.manual_seed(self._settings.seed * 1_000_003 + epoch)
        order = torch.randperm(len(photos)).tolist()
        view = (epoch - 1) % self._settings.views
        total, seen = 0.0, 0
        with Progress(f"Fine-tuning epoch {epoch}", len(photos)) as progress:
            for pixels, labels in self._batches([photos[i] for i in order], view, progress):
                # One photo alone has no batch statistics.
                if len(labels) > 1:
                    loss = cross_entropy(self._layer(self._backbone(pixels)), labels)
                    optimizer.zero_grad()
                    loss.backward()
                    optimizer.step()
                    total, seen = total + loss.item() * len(labels), seen + len(labels)
                schedule.step()
        return total / seen if seen else math.nan

    def _validate(self, photos: Sequence[Photo]) -> tuple[float, float]:
        self._backbone.eval()
        loss, right, seen = 0.0, 0, 0
        with torch.inference_mode(), Progress("Validating", len(photos)) as progress:
            for pixels, labels in self._batches(photos, 0, progress):
                scores = self._layer(self._backbone(pixels))
                loss += cross_entropy(scores, labels, reduction="sum").item()
                right += int((scores.argmax(1) == labels).sum())
                seen += len(labels)
        return (loss / seen, right / seen) if seen else (math.nan, math.nan)

    def _batches(self, photos: Sequence[Photo], view: int, progress: Progress):  # noqa: ANN202
        """Pixels uint8 [N, crop, crop, 3] and labels [N] of the readable photos."""
        stream = decode_ahead(
            photos, lambda photo: decode_view(photo, self._preprocessing, view), self._workers
        )
        size = self._settings.batch_size
        for start in range(0, len(photos), size):
            pixels, labels = [], []
            for photo in photos[start : start + size]:
                result = next(stream)
                progress.advance(1)
                if isinstance(result, UnreadablePhoto):
                    self._skipped.add(photo.name, str(result))
                else:
                    pixels.append(result)
                    labels.append(photo.label)
            if pixels:
                batch: Tensor = torch.from_numpy(np.stack(pixels))
                yield batch.to(self._device), torch.tensor(labels, device=self._device)
