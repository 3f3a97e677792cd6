"""Writes a ResNet50 with random weights as the training scripts export it, and for TorchServe.

The graph of a random network costs what that of a trained one costs, and needs no download.
"""

import argparse
import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[2] / "training-scripts"))

from kennel_training.backbones import load_backbone
from kennel_training.export import Classifier, export_onnx
from kennel_training.head import Head
from kennel_training.model_directory import write_model_directory
from kennel_training.transform import Preprocessing

CLASSES = 133
CROP = 224
SEED = 7


def main() -> None:
    """Write the model directory, and network.pt with its weights beside it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    directory: Path = parser.parse_args().directory
    backbone = load_backbone("resnet50", "none", SEED)
    head = Head(
        weight=torch.randn(CLASSES, backbone.width) / backbone.width**0.5,
        bias=torch.zeros(CLASSES),
        best_epoch=1,
        history=(),
    )
    classifier = Classifier(backbone, head)
    directory.mkdir(parents=True, exist_ok=True)
    # TorchServe's handler makes the network as its users do: torchvision's, with a new last layer.
    state = dict(backbone.network.state_dict())
    state["fc.weight"], state["fc.bias"] = head.weight, head.bias
    torch.save(state, directory / "network.pt")
    write_model_directory(
        directory,
        tuple(f"class-{number:03}" for number in range(CLASSES)),
        Preprocessing.for_image_size(CROP).to_json(),
        {"backbone": "resnet50", "weights": "random"},
        lambda path: export_onnx(classifier, CROP, path),
    )


if __name__ == "__main__":
    main()
