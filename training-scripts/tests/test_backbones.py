"""Backbones: shapes, weights, and what is said where weights cannot be had."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError

import pytest
import torch
from torch.hub import load_state_dict_from_url
from torchvision import models

from kennel_training.common.errors import TrainingError
from kennel_training.networks import backbones
from kennel_training.networks.backbones import load_backbone
from kennel_training.networks.names import BACKBONE_NAMES

SMALL = "shufflenet_v2_x0_5"
PHOTOS = torch.randint(0, 256, (2, 64, 64, 3), dtype=torch.uint8)


@pytest.mark.parametrize("name", BACKBONE_NAMES)
def test_every_backbone_gives_features_and_has_blocks(name: str):
    backbone = load_backbone(name, "none", seed=0)
    assert not backbone.training
    with torch.inference_mode():
        assert backbone(PHOTOS).shape == (2, backbone.width)
    in_blocks = {id(p) for block in backbone.blocks() for p in block.parameters()}
    assert in_blocks == {id(p) for p in backbone.parameters()}
    if name != "efficientnet_lite0":
        assert "IMAGENET1K_V1" in models.get_model_weights(name).__members__


def test_random_weights_follow_the_seed():
    one, two = (load_backbone(SMALL, "none", seed=5).fingerprint() for _ in range(2))
    assert one == two
    assert one != load_backbone(SMALL, "none", seed=6).fingerprint()


def test_residual_blocks_start_close_to_the_identity():
    for name, block in (("resnet18", "layer1.0"), ("efficientnet_lite0", "features.3.block")):
        parts = load_backbone(name, "none", seed=0).network.get_submodule(block).children()
        last = [part for part in parts if isinstance(part, torch.nn.BatchNorm2d)][-1]
        assert last.weight.unique().tolist() == pytest.approx([0.2])


@pytest.mark.parametrize("wrap", ["plain", "module.", "state_dict"])
def test_a_weight_file_is_used(tmp_path: Path, wrap: str):
    torch.manual_seed(9)
    network = models.get_model(SMALL, weights=None, num_classes=7)
    state = network.state_dict()
    if wrap == "module.":
        state = {f"module.{key}": value for key, value in state.items()}
    torch.save({"state_dict": state} if wrap == "state_dict" else state, tmp_path / "w.pth")
    backbone = load_backbone(SMALL, str(tmp_path / "w.pth"), seed=0)
    network.fc = torch.nn.Identity()
    for key, value in network.state_dict().items():
        assert torch.equal(backbone.network.state_dict()[key], value)


@pytest.mark.parametrize("content", [b"", b"text", b"PK\x03\x04 damaged"])
def test_a_file_that_holds_no_weights_is_named(tmp_path: Path, content: bytes):
    path = tmp_path / "w.pth"
    path.write_bytes(content)
    with pytest.raises(TrainingError, match=r"w\.pth is not a PyTorch state dictionary"):
        load_backbone(SMALL, str(path), seed=0)


def test_a_whole_pickled_network_is_refused(tmp_path: Path):
    torch.save(models.get_model(SMALL, weights=None), tmp_path / "w.pth")
    with pytest.raises(TrainingError, match="is not a PyTorch state dictionary"):
        load_backbone(SMALL, str(tmp_path / "w.pth"), seed=0)


def test_weights_of_another_backbone_are_refused(tmp_path: Path):
    state = models.get_model("resnet18", weights=None).state_dict()
    torch.save(state, tmp_path / "w.pth")
    for name in (SMALL, "resnet50"):
        with pytest.raises(TrainingError, match=f"does not fit --backbone {name}"):
            load_backbone(name, str(tmp_path / "w.pth"), seed=0)


class Weights:
    """Stands for torchvision's description of a weight file."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self._folder = str(folder)

    def get_state_dict(self, **options: bool) -> object:
        return load_state_dict_from_url(self.url, model_dir=self._folder, **options)


@pytest.fixture
def silent_server() -> Iterator[str]:
    """Accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/resnet18-00000000.pth"


def test_a_stalled_download_gives_up(
    silent_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(backbones, "DOWNLOAD_TIMEOUT", 0.3)
    weights = {"IMAGENET1K_V1": Weights(silent_server, tmp_path)}
    monkeypatch.setattr(models, "get_model_weights", lambda name: weights)
    started = time.monotonic()
    with pytest.raises(TrainingError, match=r"--weights FILE.*--weights none"):
        load_backbone("resnet18", "imagenet", seed=0)
    assert time.monotonic() - started < 5


def test_a_failed_download_says_what_else_there_is(monkeypatch: pytest.MonkeyPatch):
    def fail(*_: object, **__: object) -> None:
        raise URLError("no route")

    monkeypatch.setattr(models.ResNet18_Weights, "get_state_dict", fail)
    with pytest.raises(TrainingError) as caught:
        load_backbone("resnet18", "imagenet", seed=0)
    message = str(caught.value)
    assert "resnet18" in message
    assert "no route" in message
    assert "--backbone efficientnet_lite0" in message
    assert "--weights FILE" in message
    assert "--weights none" in message
