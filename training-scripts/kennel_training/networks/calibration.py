"""Random weights: what they need before their features are worth anything."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.optim.swa_utils import update_bn

from kennel_training.data.dataset import Photo
from kennel_training.data.decoding import Decoder
from kennel_training.networks.backbones import Backbone

PHOTOS = 256
BATCH = 32


def calibrate(backbone: Backbone, photos: Sequence[Photo], decoder: Decoder) -> None:
    """Set BatchNorm's statistics from a selection of training photos that looks random.

    Without this the activations of random weights fade or grow from layer to layer.

    Raises:
        TrainingError: when too many photos are unreadable.
    """
    # By content, so that a photo more or less hardly ever changes the weights and all features.
    chosen = sorted(photos, key=lambda photo: photo.digest)[:PHOTOS]
    parts = [chosen[start : start + BATCH] for start in range(0, len(chosen), BATCH)]

    def batches() -> Iterator[Tensor]:
        for _, readable in decoder.batches(parts, (0,)):
            # One photo alone has no batch statistics.
            if len(readable) > 1:
                yield torch.from_numpy(np.concatenate(list(readable.values())))

    # The plain average over all batches.
    update_bn(batches(), backbone)
