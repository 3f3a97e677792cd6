"""What the peers in Python do with a photo: Pillow decodes and resizes, ONNX Runtime computes."""

import io
import json
import os
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image, ImageOps

CORES = len(os.sched_getaffinity(0))
MODEL_DIRECTORY = Path(os.environ["SM_MODEL_DIR"])
PREPROCESSING = json.loads((MODEL_DIRECTORY / "preprocess.json").read_text())


def load_session() -> onnxruntime.InferenceSession:
    """A session of one thread: as many photos as there are cores are computed at once."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    path = MODEL_DIRECTORY / "model.onnx"
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def tensor_of(body: bytes) -> np.ndarray:
    """The photo as uint8 [1, crop, crop, 3]."""
    resize, crop = PREPROCESSING["resize"], PREPROCESSING["crop"]
    photo = Image.open(io.BytesIO(body))
    if os.environ.get("DRAFT"):
        photo.draft("RGB", (resize, resize))
    photo = ImageOps.exif_transpose(photo).convert("RGB")
    width, height = photo.size
    short = min(width, height)
    size = (int(resize * width / short), int(resize * height / short))
    photo = photo.resize(size, Image.Resampling.BILINEAR)
    left, top = round((size[0] - crop) / 2), round((size[1] - crop) / 2)
    return np.asarray(photo.crop((left, top, left + crop, top + crop)))[None]
