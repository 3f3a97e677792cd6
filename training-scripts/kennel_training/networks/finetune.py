"""Optional fine-tuning of the backbone's last blocks, before its features are extracted.

It ends with a backbone in evaluation mode, so everything after it is the same as without it.
"""

import copy
import hashlib
import json
import logging
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, astuple, dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from kennel_training.common.checkpoint import Checkpoint
from kennel_training.common.epoch import Epoch
from kennel_training.common.progress import Progress
from kennel_training.data.dataset import Photo
from kennel_training.data.decoding import Decoder
from kennel_training.data.transform import Preprocessing
from kennel_training.networks.backbones import Backbone
from kennel_training.networks.compute import arithmetic

WEIGHT_DECAY = 0.01

# How much of a long epoch a stop may cost.
SECONDS_BETWEEN_CHECKPOINTS = 60.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FinetuneSettings:
    """All that decides the fine-tuning besides photos and weights.

    Attributes:
        blocks: how many of the last blocks are trained; None for all.
        learning_rate: the highest of a one-cycle schedule.
        views: of each photo; epoch n sees view (n - 1) mod views.
        precision: of the forward and backward passes; weights stay in fp32.
    """

    blocks: int | None
    epochs: int
    batch_size: int
    learning_rate: float
    views: int
    precision: str
    seed: int

    def key(self, data: str, weights: str, preprocessing: Preprocessing) -> str:
        """Identifies the checkpoint: these settings and fingerprints of all else."""
        content = json.dumps([data, weights, preprocessing.to_json(), asdict(self)])
        return hashlib.sha256(content.encode()).hexdigest()


class Finetuning:
    """Trains blocks of a backbone together with a throw-away linear layer.

    Attributes:
        history: the epochs' figures, once ``run`` is done.
    """

    history: tuple[Epoch, ...] = ()

    def __init__(
        self,
        backbone: Backbone,
        classes: int,
        settings: FinetuneSettings,
        device: torch.device,
        decoder: Decoder,
    ) -> None:
        self._settings = settings
        self._device = device
        self._decoder = decoder
        # Only GPUs train faster in this format.
        on_gpu = device.type == "cuda"
        memory_format = torch.channels_last if on_gpu else torch.preserve_format
        self._backbone = backbone.to(device).to(memory_format=memory_format).requires_grad_(False)
        blocks = backbone.blocks()
        self._blocks = blocks if settings.blocks is None else blocks[-settings.blocks :]
        for block in self._blocks:
            block.requires_grad_(True)
        torch.manual_seed(settings.seed)
        self._layer = nn.Linear(backbone.width, classes).to(device)
        # Small gradients would vanish in fp16, and in it alone.
        self._scaler = torch.amp.GradScaler(device.type, enabled=settings.precision == "fp16")

    def run(
        self, train: Sequence[Photo], valid: Sequence[Photo], checkpoint: Checkpoint
    ) -> Backbone:
        """Train; returns the backbone of the epoch with the lowest validation loss, frozen.

        Raises:
            TrainingError: when the loss is not finite or too many photos are unreadable.
        """
        settings = self._settings
        trained = [p for p in self._backbone.parameters() if p.requires_grad]
        optimizer = torch.optim.AdamW(
            [*trained, *self._layer.parameters()],
            lr=settings.learning_rate,
            weight_decay=WEIGHT_DECAY,
        )
        steps = math.ceil(len(train) / settings.batch_size)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, settings.learning_rate, total_steps=settings.epochs * steps + 1
        )
        parts: dict[str, Any] = {
            "backbone": self._backbone,
            "layer": self._layer,
            "optimizer": optimizer,
            "schedule": schedule,
            "scaler": self._scaler,
        }
        progress: dict[str, Any] = {
            "epoch": 0,
            "best_loss": math.inf,
            "best": None,
            "history": [],
            # Inside of the next epoch: photos that have been seen, the sum of the losses of those
            # that were readable, how many these were, and the state of random numbers.
            "photos": 0,
            "loss": 0.0,
            "readable": 0,
            "random": None,
        }

        def save() -> None:
            states = {name: part.state_dict() for name, part in parts.items()}
            checkpoint.save({**progress, **states})

        saved = checkpoint.load()
        if saved is not None:
            for name, part in parts.items():
                part.load_state_dict(saved[name])
            progress = {name: saved.get(name, start) for name, start in progress.items()}

        for epoch in range(progress["epoch"] + 1, settings.epochs + 1):
            training_loss = self._train_epoch(train, epoch, optimizer, schedule, progress, save)
            validation_loss, accuracy = self._validate(valid)
            figures = Epoch(epoch, training_loss, validation_loss, accuracy)
            figures.require_finite(
                "fine-tuning epoch", "--unfreeze_learning_rate", settings.learning_rate
            )
            log.info(
                "Fine-tuning epoch %d of %d: train %.4f, valid %.4f (accuracy %.4f)",
                epoch,
                settings.epochs,
                training_loss,
                validation_loss,
                accuracy,
            )
            progress["epoch"] = epoch
            progress["history"].append(list(astuple(figures)))
            if validation_loss < progress["best_loss"]:
                progress["best_loss"] = validation_loss
                progress["best"] = copy.deepcopy(self._backbone.state_dict())
            save()

        self.history = tuple(Epoch(*figures) for figures in progress["history"])
        self._backbone.load_state_dict(progress["best"])
        return self._backbone.requires_grad_(False).eval()

    def _train_epoch(
        self,
        photos: Sequence[Photo],
        epoch: int,
        optimizer: torch.optim.Optimizer,
        schedule: torch.optim.lr_scheduler.LRScheduler,
        progress: dict[str, Any],
        save: Callable[[], None],
    ) -> float:
        """One pass over the photos, from where ``progress`` is; the mean loss.

        A long one is saved now and then.
        """
        # Frozen blocks stay in evaluation mode: training would move their BatchNorm statistics.
        self._backbone.eval()
        for block in self._blocks:
            block.train()
        torch.manual_seed(self._settings.seed * 1_000_003 + epoch)
        order = torch.randperm(len(photos)).tolist()[progress["photos"] :]
        if progress["random"] is not None:
            _set_random_state(progress["random"])
        view = (epoch - 1) % self._settings.views
        saved = time.monotonic()
        with Progress(f"Fine-tuning epoch {epoch}", len(order)) as bar:
            for pixels, labels in self._batches([photos[i] for i in order], view, bar):
                # One photo alone has no batch statistics.
                if len(labels) > 1:
                    loss = cross_entropy(self._scores(pixels), labels)
                    optimizer.zero_grad()
                    self._scaler.scale(loss).backward()
                    self._scaler.step(optimizer)
                    self._scaler.update()
                    schedule.step()
                    progress["loss"] += loss.item() * len(labels)
                    progress["readable"] += len(labels)
                if time.monotonic() - saved >= SECONDS_BETWEEN_CHECKPOINTS:
                    progress["photos"] = len(photos) - len(order) + bar.done
                    progress["random"] = _random_state()
                    save()
                    saved = time.monotonic()
        total, readable = progress["loss"], progress["readable"]
        progress |= {"photos": 0, "loss": 0.0, "readable": 0, "random": None}
        return total / readable if readable else math.nan

    def _validate(self, photos: Sequence[Photo]) -> tuple[float, float]:
        """Mean loss and accuracy; not a number where no photo is readable."""
        self._backbone.eval()
        loss, right, seen = 0.0, 0, 0
        with torch.inference_mode(), Progress("Validating", len(photos)) as progress:
            for pixels, labels in self._batches(photos, 0, progress):
                scores = self._scores(pixels)
                loss += cross_entropy(scores, labels, reduction="sum").item()
                right += int((scores.argmax(1) == labels).sum())
                seen += len(labels)
        return (loss / seen, right / seen) if seen else (math.nan, math.nan)

    def _scores(self, pixels: Tensor) -> Tensor:
        with arithmetic(self._settings.precision, self._device):
            return self._layer(self._backbone(pixels)).float()

    def _batches(
        self, photos: Sequence[Photo], view: int, progress: Progress
    ) -> Iterator[tuple[Tensor, Tensor]]:
        """Pixels uint8 [N, crop, crop, 3] and labels [N] of the readable photos."""
        size = self._settings.batch_size
        parts = [photos[start : start + size] for start in range(0, len(photos), size)]
        for part, readable in self._decoder.batches(parts, (view,)):
            progress.advance(len(part))
            if readable:
                pixels = np.concatenate(list(readable.values()))
                labels = [part[row].label for row in readable]
                yield (
                    torch.from_numpy(pixels).to(self._device),
                    torch.tensor(labels, device=self._device),
                )


def _random_state() -> list[Tensor]:
    """Of the CPU and the GPUs: some networks leave out parts of themselves at random."""
    return [torch.get_rng_state(), *torch.cuda.get_rng_state_all()]


def _set_random_state(states: list[Tensor]) -> None:
    torch.set_rng_state(states[0])
    if len(states) == 1 + torch.cuda.device_count():
        torch.cuda.set_rng_state_all(states[1:])
