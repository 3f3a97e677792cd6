"""The sample model's parts, and that the one in samples/ is what the script makes."""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper

from kennel_training.common.errors import TrainingError
from make_sample_model import (
    BREED_COUNT,
    NOT_A_DOG,
    class_names,
    compare,
    fit,
    read_labelled,
    shrink_head,
)

MODEL = Path(__file__).parents[2] / "samples/model"


def test_the_committed_model_has_the_classes_that_the_script_names():
    names = class_names()
    assert json.loads((MODEL / "classes.json").read_text()) == list(names)
    assert len(set(names)) == BREED_COUNT + 1
    assert names[-1] == NOT_A_DOG
    assert (MODEL / "model.onnx").stat().st_size < 5_500_000


def test_photos_outside_of_the_breeds_are_not_dogs(tmp_path: Path):
    (tmp_path / "dataset.txt").write_text(
        "./a.jpg, 150\n./b.jpg, 151\n./c.jpg, 268\n./d.jpg, 269\n"
    )
    assert read_labelled(tmp_path).labels.tolist() == [BREED_COUNT, 0, 117, BREED_COUNT]


def test_offset_and_temperature_are_found_again():
    generator = torch.Generator().manual_seed(0)
    true = torch.randn(4000, BREED_COUNT + 1, generator=generator) * 3
    labels = torch.multinomial(true.softmax(1), 1, generator=generator)[:, 0].numpy()
    # As many dogs as others, so that balancing them changes nothing.
    chosen = np.concatenate(
        [np.flatnonzero(labels < BREED_COUNT), np.flatnonzero(labels == BREED_COUNT)]
    )
    sharpened = true * 2
    _, temperature = fit(sharpened[chosen], labels[chosen])
    assert temperature == pytest.approx(2, rel=0.1)


def test_int8_that_loses_too_much_is_refused():
    exact = torch.eye(4).repeat(50, 1)
    labels = np.tile(np.arange(4), 50)
    assert compare(exact, exact, labels).drop == 0
    with pytest.raises(TrainingError, match=r"INT8 loses 25\.00 percentage points"):
        compare(exact, exact - 2 * torch.eye(4)[0] * exact[:, :1], labels)


def test_the_head_in_8_bits_gives_nearly_the_same_logits(tmp_path: Path):
    generator = np.random.default_rng(0)
    weight = generator.normal(size=(20, 32)).astype(np.float32)
    features = generator.normal(size=(5, 32)).astype(np.float32)
    graph = helper.make_graph(
        [helper.make_node("Gemm", ["features", "head.weight"], ["logits"], transB=1)],
        "head",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", 32])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", 20])],
        [numpy_helper.from_array(weight, "head.weight")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    shrink_head(model)
    onnx.save(model, tmp_path / "head.onnx")
    session = onnxruntime.InferenceSession(
        tmp_path / "head.onnx", providers=["CPUExecutionProvider"]
    )
    logits = session.run(["logits"], {"features": features})[0]
    assert np.abs(logits - features @ weight.T).max() < 0.1
