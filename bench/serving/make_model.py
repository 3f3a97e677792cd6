"""Writes a ResNet50 with random weights as the training scripts export it, and for TorchServe.

The graph of a random network costs what that of a trained one costs, and needs no download.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[2] / "training-scripts"))

from kennel_training.backbones import load_backbone
from kennel_training.export import Classifier, export_onnx
from kennel_training.head import Head
from kennel_training.model_directory import write_model_directory
from kennel_training.quantization import quantize_graph
from kennel_training.transform import Pixels, Preprocessing, decode, plain_view

CLASSES = 133
PREPROCESSING = Preprocessing.for_image_size(224)
SEED = 7


def main() -> None:
    """Write a model directory: float, or the INT8 form of a float one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--int8-of", type=Path, help="a float model directory")
    parser.add_argument("--photos", type=Path, help="JPEG files that decide INT8 ranges")
    options = parser.parse_args()
    options.directory.mkdir(parents=True, exist_ok=True)
    if options.int8_of is None:
        write_float(options.directory)
    else:
        write_int8(options.directory, options.int8_of, options.photos)


def write_float(directory: Path) -> None:
    """The model directory, and network.pt with its weights beside it."""
    backbone = load_backbone("resnet50", "none", SEED)
    head = Head(
        weight=torch.randn(CLASSES, backbone.width) / backbone.width**0.5,
        bias=torch.zeros(CLASSES),
        best_epoch=1,
        history=(),
    )
    classifier = Classifier(backbone, head)
    # TorchServe's handler makes the network as its users do: torchvision's, with a new last layer.
    state = dict(backbone.network.state_dict())
    state["fc.weight"], state["fc.bias"] = head.weight, head.bias
    torch.save(state, directory / "network.pt")
    write_model_directory(
        directory,
        tuple(f"class-{number:03}" for number in range(CLASSES)),
        PREPROCESSING.to_json(),
        {"backbone": "resnet50", "weights": "random"},
        lambda path: export_onnx(classifier, PREPROCESSING.crop, path),
    )


def write_int8(directory: Path, float_directory: Path, photos: Path) -> None:
    """The same model in INT8; nobody asks how accurate a random network is."""
    write_model_directory(
        directory,
        tuple(json.loads((float_directory / "classes.json").read_text())),
        PREPROCESSING.to_json(),
        {"backbone": "resnet50", "weights": "random", "precision": "int8"},
        lambda path: quantize_graph(float_directory / "model.onnx", path, pixels_of(photos)),
    )


def pixels_of(photos: Path) -> Iterator[Pixels]:
    """Each photo as a batch of its own."""
    for path in sorted(photos.glob("*.jpg")):
        yield np.stack([plain_view(decode(path.read_bytes(), PREPROCESSING), PREPROCESSING)])


if __name__ == "__main__":
    main()
