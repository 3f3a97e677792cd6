"""FastAPI + ONNX Runtime: what an engineer writes for speed within Python.

One process: uvicorn on uvloop receives, a pool of one thread a core decodes, resizes and runs the
model (all three release the interpreter's lock), and the event loop stays free.
"""

import asyncio
import json
import os
from concurrent.futures import ThreadPoolExecutor

import uvicorn
from fastapi import FastAPI, Request, Response
from peer_model import CORES, load_session, tensor_of

session = load_session()
pool = ThreadPoolExecutor(CORES)
app = FastAPI()


def classify(body: bytes) -> bytes:
    """The scores as JSON."""
    return json.dumps(session.run(["logits"], {"image": tensor_of(body)})[0].tolist()).encode()


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
