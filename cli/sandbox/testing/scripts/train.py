"""Stands in for training-scripts/train.py: its contract with SageMaker, without the learning."""

import json
import os
import signal
import sys
import time
from pathlib import Path


def stop(*_: object) -> None:
    """End as a training that SageMaker stops."""
    print("Stopped by SIGTERM")
    sys.exit(0)


def main(base: Path) -> int:
    """Say what a training says, and write a model."""
    settings = json.loads((base / "input/config/hyperparameters.json").read_text())
    if not settings["epochs"].isdigit():
        (base / "output/failure").write_text(f"epochs is {settings['epochs']}, not a number")
        return 2
    signal.signal(signal.SIGTERM, stop)
    photos = list((base / "input/data/training/train").glob("*/*.jpg"))
    print(f"Rank 0/1: {len(photos)} training images")
    for epoch in range(1, int(settings["epochs"]) + 1):
        loss = float(settings["learning_rate"]) / epoch
        print(f"Epoch {epoch}: Training Loss: {loss} - Validation Loss: {loss}")
        time.sleep(0.1)
    print("Testing Loss: 0.5 - Testing Accuracy: 0.75")
    (base / "model/model.onnx").write_bytes(b"a model")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(os.environ["SAGEMAKER_BASE_DIR"])))
