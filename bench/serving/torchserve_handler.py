"""What AWS's PyTorch container runs in TorchServe: load, read a photo, predict, write JSON.

The four functions are those of the container's default handler, with the transforms of torchvision.
"""

import io
import json
import os
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torchvision import models, transforms

CLASSES = 133

PREPROCESS = transforms.Compose(
    [
        transforms.Resize(256),
        transforms.CenterCrop(224),
        transforms.ToTensor(),
        transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    ]
)


class Handler:
    """One a worker process."""

    def initialize(self, context: Any) -> None:
        """Load the model (model_fn)."""
        directory = Path(context.system_properties["model_dir"])
        network = models.resnet50(weights=None, num_classes=CLASSES)
        network.load_state_dict(torch.load(directory / "network.pt", map_location="cpu"))
        network.eval()
        if os.environ.get("TUNED") == "1":
            torch.set_num_threads(1)
            example = torch.zeros(1, 3, 224, 224)
            network = torch.jit.optimize_for_inference(torch.jit.trace(network, example))
            with torch.inference_mode():
                # The first runs of a traced network compile it.
                for _ in range(3):
                    network(example)
        self.network = network

    def handle(self, requests: list[dict[str, Any]], context: Any) -> list[str]:
        """Answer each request of a batch."""
        with torch.inference_mode():
            return [
                self.predict(request.get("body") or request.get("data")) for request in requests
            ]

    def predict(self, body: bytes | bytearray) -> str:
        """Read the photo (input_fn), predict (predict_fn), write JSON (output_fn)."""
        photo = Image.open(io.BytesIO(body)).convert("RGB")
        scores = self.network(PREPROCESS(photo)[None])
        return json.dumps(scores.tolist())


_handler = Handler()


def handle(requests: list[dict[str, Any]] | None, context: Any) -> list[str] | None:
    """TorchServe's entry point: the first call, without requests, loads the model."""
    if not hasattr(_handler, "network"):
        _handler.initialize(context)
    return _handler.handle(requests, context) if requests else None
