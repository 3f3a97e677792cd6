"""A network as an ONNX graph."""

import warnings
from pathlib import Path
from typing import BinaryIO

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
