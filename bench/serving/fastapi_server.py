"""FastAPI + ONNX Runtime: what an engineer writes who wants it fast and stays with Python.

One process: uvicorn on uvloop receives, a pool of one thread a core decodes, resizes and runs the
model (all three release the interpreter's lock), and the event loop stays free for /ping.
"""

import asyncio
import io
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
import uvicorn
from fastapi import FastAPI, Request, Response
from PIL import Image, ImageOps

CORES = len(os.sched_getaffinity(0))
MODEL_DIRECTORY = Path(os.environ["SM_MODEL_DIR"])

preprocessing = json.loads((MODEL_DIRECTORY / "preprocess.json").read_text())
options = onnxruntime.SessionOptions()
# The pool's threads are the parallelism: each computes one photo.
options.intra_op_num_threads = 1
options.add_session_config_entry("session.intra_op.allow_spinning", "0")
session = onnxruntime.InferenceSession(
    MODEL_DIRECTORY / "model.onnx", options, providers=["CPUExecutionProvider"]
)
pool = ThreadPoolExecutor(CORES)
app = FastAPI()


def tensor_of(body: bytes) -> np.ndarray:
    """The photo as uint8 [1, crop, crop, 3]."""
    photo = ImageOps.exif_transpose(Image.open(io.BytesIO(body))).convert("RGB")
    resize, crop = preprocessing["resize"], preprocessing["crop"]
    width, height = photo.size
    short = min(width, height)
    size = (int(resize * width / short), int(resize * height / short))
    photo = photo.resize(size, Image.Resampling.BILINEAR)
    left, top = round((size[0] - crop) / 2), round((size[1] - crop) / 2)
    photo = photo.crop((left, top, left + crop, top + crop))
    return np.asarray(photo)[None]


def classify(body: bytes) -> bytes:
    """The scores as JSON."""
    scores = session.run(["logits"], {"image": tensor_of(body)})[0]
    return json.dumps(scores.tolist()).encode()


@app.get("/ping")
async def ping() -> dict[str, str]:
    """Answers once the module is loaded, which is when the model is."""
    return {"status": "ready"}


@app.post("/invocations")
async def invocations(request: Request) -> Response:
    """A photo in, its scores out."""
    body = await request.body()
    answer = await asyncio.get_running_loop().run_in_executor(pool, classify, body)
    return Response(answer, media_type="application/json")


if __name__ == "__main__":
    port = int(os.environ["SAGEMAKER_BIND_TO_PORT"])
    uvicorn.run(
        app, host="127.0.0.1", port=port, loop="uvloop", http="httptools", log_level="warning"
    )
