"""Writes a ResNet50 with random weights as the training scripts export it, to the directory given.

The graph of a random network costs what that of a trained one costs, and needs no download.
"""

import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[2] / "training-scripts"))

from kennel_training.data.transform import Preprocessing
from kennel_training.head.fit import Head
from kennel_training.model.directory import write_model_directory
from kennel_training.model.export import Classifier, export_onnx
from kennel_training.networks.backbones import load_backbone

CLASSES = 133
PREPROCESSING = Preprocessing.for_image_size(224)

directory = Path(sys.argv[1])
directory.mkdir(parents=True, exist_ok=True)
backbone = load_backbone("resnet50", "none", 7)
weight = torch.randn(CLASSES, backbone.width) / backbone.width**0.5
head = Head(weight=weight, bias=torch.zeros(CLASSES), best_epoch=1, history=())
write_model_directory(
    directory,
    tuple(f"class-{number:03}" for number in range(CLASSES)),
    PREPROCESSING.to_json(),
    {"backbone": "resnet50", "weights": "random"},
    lambda path: export_onnx(Classifier(backbone, head), PREPROCESSING.crop, path),
)
