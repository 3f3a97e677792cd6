"""Where and how precisely to compute, on machines that this one is not."""

import pytest
import torch

from kennel_training.networks.compute import (
    arithmetic,
    choose_device,
    choose_precision,
    make_deterministic,
    one_thread,
)

CPU, GPU = torch.device("cpu"), torch.device("cuda")


@pytest.mark.parametrize("device", [CPU, GPU])
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_what_is_asked_for_is_done(precision: str, device: torch.device):
    assert choose_precision(precision, device, "resnet50") == precision


@pytest.mark.parametrize(
    ("instructions", "backbone", "precision"),
    [
        ({"avx512_bf16": True}, "resnet50", "bf16"),
        ({"amx_bf16": True, "avx512_bf16": False}, "resnet18", "bf16"),
        ({"avx512_bf16": True}, "shufflenet_v2_x0_5", "fp32"),
        ({"avx512_bf16": True}, "efficientnet_b0", "fp32"),
        ({"avx512_bf16": False, "avx512_f": True}, "resnet50", "fp32"),
        ({}, "resnet50", "fp32"),
    ],
)
def test_a_cpu_computes_in_bf16_where_that_is_faster(
    monkeypatch: pytest.MonkeyPatch, instructions: dict[str, bool], backbone: str, precision: str
):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: instructions)
    assert choose_precision("auto", CPU, backbone) == precision


@pytest.mark.parametrize(
    ("bf16", "capability", "precision"),
    [(True, (8, 0), "bf16"), (False, (7, 5), "fp16"), (False, (6, 1), "fp32")],
)
def test_a_gpu_computes_in_what_its_tensor_cores_know(
    monkeypatch: pytest.MonkeyPatch, bf16: bool, capability: tuple[int, int], precision: str
):
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: bf16)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: capability)
    assert choose_precision("auto", GPU, "shufflenet_v2_x0_5") == precision


@pytest.mark.parametrize("there", [True, False])
def test_a_gpu_is_used_where_there_is_one(monkeypatch: pytest.MonkeyPatch, there: bool):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: there)
    assert choose_device().type == ("cuda" if there else "cpu")


@pytest.mark.parametrize(
    ("precision", "dtype"), [("fp32", torch.float32), ("bf16", torch.bfloat16)]
)
def test_the_precision_is_that_of_the_multiplications(precision: str, dtype: torch.dtype):
    with torch.inference_mode(), arithmetic(precision, CPU):
        assert torch.nn.Linear(4, 2)(torch.ones(1, 4)).dtype == dtype


def test_one_thread_is_given_back():
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(3)
        with one_thread():
            assert torch.get_num_threads() == 1
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)


def test_the_seed_decides_random_numbers_and_nothing_is_rounded_in_silence():
    make_deterministic(3)
    first = torch.rand(4)
    make_deterministic(3)
    assert torch.equal(first, torch.rand(4))
    assert torch.are_deterministic_algorithms_enabled()
    assert not torch.backends.cudnn.allow_tf32
