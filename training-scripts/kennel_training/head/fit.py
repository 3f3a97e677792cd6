"""The head: one linear layer on z-scored features, fitted without touching the backbone again."""

import copy
import hashlib
import json
import logging
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from kennel_training.common.checkpoint import Checkpoint
from kennel_training.common.epoch import Epoch
from kennel_training.features.extraction import Features
from kennel_training.networks.compute import one_thread

# A feature that varies less than this is constant and tells nothing; dividing by it would only
# blow up rounding errors.
SMALLEST_DEVIATION = 1e-6

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class HeadSettings:
    """All that decides the head besides the features."""

    seed: int
    epochs: int
    batch_size: int
    learning_rate: float
    weight_decay: float
    patience: int


def log_epoch(epoch: Epoch) -> None:
    """Print an epoch's line."""
    log.info(epoch.line())


@dataclass(frozen=True)
class Head:
    """A linear layer on raw features: the z-score is folded into it.

    Attributes:
        weight: float32 [classes, width].
        bias: float32 [classes].
    """

    weight: Tensor
    bias: Tensor
    best_epoch: int
    history: tuple[Epoch, ...]

    def logits(self, values: NDArray[np.float32]) -> Tensor:
        """Scores [photos, classes] of features [photos, width]."""
        return torch.from_numpy(values) @ self.weight.T + self.bias


def head_key(train: Features, valid: Features, settings: HeadSettings) -> str:
    """Identifies a head's checkpoint by all that decides the head."""
    fingerprints = [train.fingerprint(), valid.fingerprint()]
    content = json.dumps({"features": fingerprints, **asdict(settings)}, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


@one_thread()
def fit_head(
    train: Features,
    valid: Features,
    classes: int,
    settings: HeadSettings,
    checkpoint: Checkpoint | None = None,
    on_epoch: Callable[[Epoch], None] = log_epoch,
) -> Head:
    """Fit a head; keeps the epoch with the lowest validation loss.

    Several threads may fit at once. Without a ``checkpoint`` nothing is kept for another run.
    ``on_epoch`` is told of each epoch; what it raises ends the fitting.

    Raises:
        TrainingError: when the loss is not a finite number.
    """
    mean, inverse_deviation = _z_score(train.values)
    inputs = (torch.from_numpy(train.values) - mean) * inverse_deviation
    valid_inputs = (torch.from_numpy(valid.values[:, 0]) - mean) * inverse_deviation
    labels, valid_labels = torch.from_numpy(train.labels), torch.from_numpy(valid.labels)

    layer = _initial_layer(inputs.shape[2], classes, settings.seed)
    optimizer = torch.optim.AdamW(
        layer.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay
    )
    history: list[Epoch] = []
    best = copy.deepcopy(layer.state_dict())
    state = checkpoint.load() if checkpoint else None
    if state is not None:
        layer.load_state_dict(state["layer"])
        optimizer.load_state_dict(state["optimizer"])
        best = state["best"]
        history = [Epoch(**epoch) for epoch in state["history"]]
        for epoch in history:
            on_epoch(epoch)

    while len(history) < settings.epochs and not _out_of_patience(history, settings.patience):
        number = len(history) + 1
        training_loss = _train_epoch(layer, optimizer, inputs, labels, settings, number)
        with torch.no_grad():
            scores = layer(valid_inputs)
            validation_loss = cross_entropy(scores, valid_labels).item()
            accuracy = (scores.argmax(1) == valid_labels).float().mean().item()
        epoch = Epoch(number, training_loss, validation_loss, accuracy)
        epoch.require_finite("epoch", "--learning_rate", settings.learning_rate)
        history.append(epoch)
        on_epoch(epoch)
        if _best(history).number == number:
            best = copy.deepcopy(layer.state_dict())
        if checkpoint:
            checkpoint.save(_state(layer, optimizer, best, history))

    weight = best["weight"] * inverse_deviation
    bias = best["bias"] - weight @ mean
    return Head(weight, bias, _best(history).number, tuple(history))


def _initial_layer(width: int, classes: int, seed: int) -> nn.Linear:
    # A generator of its own: torch's is shared by all threads.
    layer = nn.utils.skip_init(nn.Linear, width, classes)
    nn.init.kaiming_uniform_(
        layer.weight, a=math.sqrt(5), generator=torch.Generator().manual_seed(seed)
    )
    nn.init.zeros_(layer.bias)
    return layer


def _z_score(values: NDArray[np.float32]) -> tuple[Tensor, Tensor]:
    """Mean and inverse standard deviation [width] over photos and views."""
    flat = values.reshape(-1, values.shape[-1])
    deviation = flat.std(axis=0, dtype=np.float64)
    varies = deviation > SMALLEST_DEVIATION
    inverse = np.where(varies, 1 / np.where(varies, deviation, 1), 0)
    return torch.from_numpy(flat.mean(axis=0, dtype=np.float64)).float(), torch.from_numpy(
        inverse
    ).float()


def _train_epoch(
    layer: nn.Linear,
    optimizer: torch.optim.Optimizer,
    inputs: Tensor,
    labels: Tensor,
    settings: HeadSettings,
    number: int,
) -> float:
    """One pass over the photos, each in one of its views; the mean loss."""
    generator = torch.Generator().manual_seed(settings.seed * 1_000_003 + number)
    count, views = inputs.shape[:2]
    order = torch.randperm(count, generator=generator)
    view = torch.randint(views, (count,), generator=generator)
    total = 0.0
    for rows in order.split(settings.batch_size):
        loss = cross_entropy(layer(inputs[rows, view[rows]]), labels[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(rows)
    return total / count


def _best(history: list[Epoch]) -> Epoch:
    return min(history, key=lambda epoch: epoch.validation_loss)


def _out_of_patience(history: list[Epoch], patience: int) -> bool:
    return bool(history) and history[-1].number - _best(history).number >= patience


def _state(
    layer: nn.Linear,
    optimizer: torch.optim.Optimizer,
    best: dict[str, Tensor],
    history: list[Epoch],
) -> dict[str, Any]:
    return {
        "epoch": history[-1].number,
        "layer": layer.state_dict(),
        "optimizer": optimizer.state_dict(),
        "best": best,
        "history": [asdict(epoch) for epoch in history],
    }
