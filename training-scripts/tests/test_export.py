"""The exported graph computes what torch computes."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from kennel_training.common.errors import TrainingError
from kennel_training.head.fit import Head
from kennel_training.model.export import Classifier, check_onnx, export_onnx
from kennel_training.networks.backbones import load_backbone
from kennel_training.networks.names import BACKBONE_NAMES

CROP = 32
PHOTOS = np.random.default_rng(0).integers(0, 256, (32, CROP, CROP, 3)).astype(np.uint8)


def classifier(name: str) -> Classifier:
    backbone = load_backbone(name, "none", seed=0)
    torch.manual_seed(0)
    return Classifier(backbone, Head(torch.randn(5, backbone.width), torch.randn(5), 1, ()))


@pytest.mark.parametrize("name", BACKBONE_NAMES)
def test_onnx_runtime_agrees_with_torch(name: str, tmp_path: Path):
    model = classifier(name)
    path = tmp_path / "model.onnx"
    export_onnx(model, CROP, path)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    for size in (1, 7, 32):
        with torch.inference_mode():
            expected = model(torch.from_numpy(PHOTOS[:size])).numpy()
        actual = session.run(["logits"], {"image": PHOTOS[:size]})[0]
        assert actual.shape == (size, 5)
        assert actual.dtype == np.float32
        assert np.abs(actual - expected).max() <= 1e-4
        assert np.array_equal(actual.argmax(1), expected.argmax(1))


def test_the_graph_is_that_of_the_contract(tmp_path: Path):
    path = tmp_path / "model.onnx"
    export_onnx(classifier("shufflenet_v2_x0_5"), CROP, path)
    graph = onnx.load(path).graph
    (image,), (logits,) = graph.input, graph.output
    assert (image.name, logits.name) == ("image", "logits")
    assert image.type.tensor_type.elem_type == onnx.TensorProto.UINT8
    assert logits.type.tensor_type.elem_type == onnx.TensorProto.FLOAT
    dimensions = [d.dim_param or d.dim_value for d in image.type.tensor_type.shape.dim]
    assert dimensions == ["N", CROP, CROP, 3]


def test_a_graph_that_computes_something_else_fails(tmp_path: Path):
    model = classifier("shufflenet_v2_x0_5")
    path = tmp_path / "model.onnx"
    export_onnx(model, CROP, path)
    assert check_onnx(model, path, PHOTOS) <= 1e-4
    with torch.no_grad():
        model.head.bias[2] += 0.01
    with pytest.raises(TrainingError, match=r"differ from torch's by 0\.01 at batch 1"):
        check_onnx(model, path, PHOTOS)
    with torch.no_grad():
        model.head.bias[2] = torch.nan
    with pytest.raises(TrainingError, match="differ from torch's by nan"):
        check_onnx(model, path, PHOTOS)
