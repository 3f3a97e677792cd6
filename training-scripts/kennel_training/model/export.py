"""The ONNX file: from raw pixels to logits, checked against torch before anyone serves it."""

import logging
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import Tensor, nn

from kennel_training.common.errors import TrainingError
from kennel_training.data.transform import Pixels
from kennel_training.head.fit import Head
from kennel_training.networks.backbones import Backbone
from kennel_training.networks.onnx_graph import open_session, trace

LARGEST_DIFFERENCE = 1e-4
# Beyond logits of 10 the precision of float32 itself allows no more than this part of the largest.
LARGEST_RELATIVE_DIFFERENCE = 1e-5
CHECKED_BATCHES = (1, 7, 32)

log = logging.getLogger(__name__)


class Classifier(nn.Module):
    """From uint8 photos [N, H, W, 3] to logits [N, classes], all float32."""

    def __init__(self, backbone: Backbone, head: Head) -> None:
        super().__init__()
        self.backbone = backbone
        self.head = nn.Linear(backbone.width, len(head.bias))
        with torch.no_grad():
            self.head.weight.copy_(head.weight)
            self.head.bias.copy_(head.bias)
        self.eval().cpu()

    def forward(self, photos: Tensor) -> Tensor:
        """Scores of a batch."""
        return self.head(self.backbone(photos))


def export_onnx(classifier: Classifier, crop: int, path: Path) -> None:
    """Write ``classifier`` for photos [N, crop, crop, 3], N free."""
    trace(classifier, crop, path, "logits")
    onnx.checker.check_model(path, full_check=True)


def check_onnx(classifier: Classifier, path: Path, photos: Pixels) -> float:
    """Compare ONNX Runtime with torch on real photos [N, crop, crop, 3].

    Returns:
        The largest absolute difference between logits.

    Raises:
        TrainingError: when it exceeds what float32 explains.
    """
    session = open_session(path, 0)
    largest = 0.0
    for size in CHECKED_BATCHES:
        batch = np.resize(photos, (size, *photos.shape[1:]))
        with torch.inference_mode():
            expected = classifier(torch.from_numpy(batch)).numpy()
        actual = session.run(["logits"], {"image": batch})[0]
        difference = float(np.abs(actual - expected).max())
        scale = float(np.abs(expected).max())
        allowed = max(LARGEST_DIFFERENCE, LARGEST_RELATIVE_DIFFERENCE * scale)
        # A NaN also fails this comparison.
        if not difference <= allowed:
            raise TrainingError(
                f"the exported model's logits differ from torch's by {difference:.2g} at batch "
                f"{size}, more than {allowed:.2g}, so no model is written: weights that have grown "
                "huge do this; lower --learning_rate and --unfreeze_learning_rate"
            )
        largest = max(largest, difference)
    log.info("ONNX Runtime agrees with torch: largest difference of logits %.1e", largest)
    return largest
