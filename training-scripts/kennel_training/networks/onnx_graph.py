"""A network as an ONNX graph, and ONNX Runtime to run it."""

import warnings
from pathlib import Path
from typing import BinaryIO

import onnxruntime
import torch
from torch import nn

OPSET = 17


def trace(network: nn.Module, crop: int, target: Path | BinaryIO, output: str) -> None:
    """Write the ONNX graph of a network on the CPU; its one result is called ``output``."""
    example = torch.zeros(2, crop, crop, 3, dtype=torch.uint8)
    with warnings.catch_warnings():
        # The exporter that needs no further packages; torch announces its successor each time.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network.to(memory_format=torch.contiguous_format),
            (example,),
            target,  # type: ignore[arg-type]  # torch also writes to an open file
            input_names=["image"],
            output_names=[output],
            dynamic_axes={"image": {0: "N"}, output: {0: "N"}},
            opset_version=OPSET,
            dynamo=False,
        )


def open_session(model: Path | bytes, threads: int) -> onnxruntime.InferenceSession:
    """A session on the CPU whose waiting threads do not spin.

    Args:
        model: an ONNX file, or its content.
        threads: that compute one batch; 0 for one on each core.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
