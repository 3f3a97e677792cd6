"""Backbones: networks without their classifier, and where their weights come from."""

import hashlib
import socket
from typing import Any
from urllib.error import URLError

import torch
from torch import Tensor, nn
from torchvision import models
from torchvision.models.efficientnet import MBConv
from torchvision.models.mobilenetv3 import InvertedResidual
from torchvision.models.resnet import BasicBlock, Bottleneck

from kennel_training.common.errors import TrainingError
from kennel_training.networks import efficientnet_lite

LITE = "efficientnet_lite0"

# Mean and standard deviation of ImageNet's RGB values in [0, 1]; every torchvision weight file of
# its networks in BACKBONE_NAMES was trained with them.
MEAN = (0.485, 0.456, 0.406)
STANDARD_DEVIATION = (0.229, 0.224, 0.225)

# A stalled connection gives up after this many seconds instead of hanging a job.
DOWNLOAD_TIMEOUT = 10.0

INVERTED_RESIDUALS = (InvertedResidual, MBConv, efficientnet_lite.InvertedResidual)
# Random residual networks give useful features when each block starts close to the identity.
RANDOM_RESIDUAL_GAMMA = 0.2


class Backbone(nn.Module):
    """From uint8 photos [N, H, W, 3] to float32 features [N, width].

    Scaling and normalisation are inside, so the exported graph and feature extraction agree.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(self, name: str, network: nn.Module, width: int) -> None:
        super().__init__()
        self.name = name
        self.network = network
        self.width = width
        mean, deviation = MEAN, STANDARD_DEVIATION
        if name == LITE:
            mean, deviation = efficientnet_lite.MEAN, efficientnet_lite.STANDARD_DEVIATION
        self.register_buffer("mean", torch.tensor(mean).view(1, 3, 1, 1))
        self.register_buffer("deviation", torch.tensor(deviation).view(1, 3, 1, 1))

    def forward(self, photos: Tensor) -> Tensor:
        """Features of a batch."""
        scaled = photos.permute(0, 3, 1, 2).float() / 255
        return self.network((scaled - self.mean) / self.deviation)

    def blocks(self) -> list[nn.Module]:
        """The parts of the network that can be fine-tuned one by one, from input to output."""
        network: Any = self.network
        if self.name.startswith("resnet"):
            start = nn.ModuleList([network.conv1, network.bn1])
            return [start, *network.layer1, *network.layer2, *network.layer3, *network.layer4]
        if self.name.startswith("shufflenet"):
            stages = (*network.stage2, *network.stage3, *network.stage4)
            return [network.conv1, *stages, network.conv5]
        return list(network.features)

    def fingerprint(self) -> str:
        """SHA-256 of the architecture's name and every weight."""
        digest = hashlib.sha256(self.name.encode())
        for key, value in sorted(self.state_dict().items()):
            digest.update(key.encode())
            digest.update(value.detach().cpu().contiguous().numpy().tobytes())
        return digest.hexdigest()


def load_backbone(name: str, weights: str, seed: int) -> Backbone:
    """Build a backbone with its weights, in evaluation mode.

    Args:
        name: one of BACKBONE_NAMES.
        weights: ``imagenet``, ``none`` or the path of a file with the network's state dictionary,
            torchvision's or efficientnet_lite0's published one.
        seed: decides random weights.

    Raises:
        TrainingError: when the weights cannot be downloaded, read or do not fit.
    """
    torch.manual_seed(seed)
    is_lite = name == LITE
    network = (
        efficientnet_lite.EfficientNetLite0() if is_lite else models.get_model(name, weights=None)
    )
    head = "fc" if hasattr(network, "fc") else "classifier"
    if weights == "none":
        _prepare_random_weights(network)
    else:
        if weights != "imagenet":
            state = _read(weights)
        else:
            state = efficientnet_lite.read_imagenet_weights() if is_lite else _download(name)
        _load(network, head, state, name, weights)
    width = next(m for m in getattr(network, head).modules() if isinstance(m, nn.Linear))
    setattr(network, head, nn.Identity())
    return Backbone(name, network, width.in_features).eval()


def _prepare_random_weights(network: nn.Module) -> None:
    for module in network.modules():
        if isinstance(module, BasicBlock):
            last: Any = module.bn2
        elif isinstance(module, Bottleneck):
            last = module.bn3
        elif isinstance(module, INVERTED_RESIDUALS) and module.use_res_connect:
            last = [m for m in module.block.modules() if isinstance(m, nn.BatchNorm2d)][-1]
        else:
            continue
        nn.init.constant_(last.weight, RANDOM_RESIDUAL_GAMMA)


def _download(name: str) -> dict[str, Tensor]:
    # The first generation of weights: later ones were trained with label smoothing and mixing,
    # which raises ImageNet accuracy but makes the features worse for a linear head.
    weights = models.get_model_weights(name)["IMAGENET1K_V1"]
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(DOWNLOAD_TIMEOUT)
    try:
        return weights.get_state_dict(progress=False, check_hash=True)
    except (URLError, OSError, RuntimeError) as error:
        reason = getattr(error, "reason", None) or error
        raise TrainingError(
            f"the ImageNet weights of {name} cannot be downloaded from {weights.url} ({reason}): "
            f"pass --backbone {LITE}, whose weights are installed already; or download that file "
            "where there is a network and pass it with --weights FILE; or start from random "
            "weights with --weights none"
        ) from None
    finally:
        socket.setdefaulttimeout(before)


def _read(path: str) -> dict[str, Tensor]:
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception:  # noqa: BLE001 - the unpickler raises all kinds at a file of another kind
        state = None
    if isinstance(state, dict) and isinstance(state.get("state_dict"), dict):
        state = state["state_dict"]
    if not isinstance(state, dict) or not all(isinstance(v, Tensor) for v in state.values()):
        raise TrainingError(
            f"--weights {path} is not a PyTorch state dictionary: "
            "pass a file written by torch.save(network.state_dict(), FILE)"
        )
    plain = {str(key).removeprefix("module."): value for key, value in state.items()}
    return efficientnet_lite.with_own_names(plain)


def _load(network: nn.Module, head: str, state: dict[str, Tensor], name: str, weights: str) -> None:
    """Load all but the classifier, which this run replaces."""
    own = network.state_dict()
    wanted = {key for key in own if not key.startswith(f"{head}.")}
    # Old files lack BatchNorm's counters, which play no part here.
    needed = {key for key in wanted if not key.endswith("num_batches_tracked")}
    wrong = [key for key in needed if key in state and state[key].shape != own[key].shape]
    missing = needed - state.keys()
    if wrong or missing:
        example = sorted(wrong or missing)[0]
        raise TrainingError(
            f"--weights {weights} does not fit --backbone {name} "
            f"({len(missing)} weights missing, {len(wrong)} of another shape, such as {example}): "
            "pass the backbone that the file was made for"
        )
    damaged = sorted(key for key in needed if not torch.isfinite(state[key]).all())
    if damaged:
        raise TrainingError(
            f"--weights {weights} holds numbers that are not finite, such as in {damaged[0]}: "
            "the file is damaged, or its training went wrong; pass another one"
        )
    network.load_state_dict({key: state[key] for key in wanted & state.keys()}, strict=False)
