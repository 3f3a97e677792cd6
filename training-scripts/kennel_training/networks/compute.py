"""Where and how precisely to compute."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import torch

# Names of the instructions that multiply bf16 on a CPU.
CPU_BF16 = ("avx512_bf16", "amx_bf16")

# What CPUs compute faster in bf16. Depthwise convolutions leave little to multiply: the others are
# slower in it than ONNX Runtime is in fp32.
DENSE_NETWORKS = ("resnet",)

# The first compute capability with tensor cores, which multiply fp16.
TENSOR_CORES = (7, 0)

HALF = {"bf16": torch.bfloat16, "fp16": torch.float16}


def choose_device() -> torch.device:
    """The first GPU where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def choose_precision(requested: str, device: torch.device, backbone: str) -> str:
    """Resolve ``auto``: half precision only where this machine computes this network faster in it.

    Args:
        requested: auto, fp32 or bf16.
        device: from ``choose_device``.
        backbone: name of the network.

    Returns:
        fp32, bf16, or fp16 on GPUs with tensor cores that know nothing else (V100, T4).
    """
    if requested != "auto":
        return requested
    if device.type == "cuda":
        if torch.cuda.is_bf16_supported(including_emulation=False):
            return "bf16"
        return "fp16" if torch.cuda.get_device_capability(device) >= TENSOR_CORES else "fp32"
    native = any(torch.cpu.get_capabilities().get(name) for name in CPU_BF16)
    return "bf16" if native and backbone.startswith(DENSE_NETWORKS) else "fp32"


def arithmetic(precision: str, device: torch.device) -> AbstractContextManager[object]:
    """The context in which a forward pass runs."""
    if precision in HALF:
        return torch.autocast(device.type, dtype=HALF[precision])
    return nullcontext()


@contextmanager
def one_thread() -> Iterator[None]:
    """For steps so small that sharing them out costs more than it gains.

    The result does not depend on the number of cores then, either.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def make_deterministic(seed: int) -> None:
    """The same seed gives the same numbers on the same machine."""
    torch.manual_seed(seed)
    # cuBLAS gives the same sums each time only with a workspace of fixed size; read at its start.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    # Where fp32 is asked for, GPUs would otherwise compute convolutions with 10 bits of mantissa.
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = False
    torch.use_deterministic_algorithms(True, warn_only=True)
