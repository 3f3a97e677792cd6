"""LitServe + ONNX Runtime: a worker process a core, photos as base64 in JSON."""

import base64
import os
from typing import Any

import litserve
import numpy as np
from peer_model import CORES, load_session, tensor_of


class Api(litserve.LitAPI):
    """One a worker process."""

    def setup(self, device: str) -> None:
        """Load the model."""
        self.session = load_session()

    def decode_request(self, request: dict[str, str]) -> np.ndarray:
        """JSON to tensor."""
        return tensor_of(base64.b64decode(request["image"]))

    def predict(self, x: np.ndarray) -> list[list[float]]:
        """Tensor to scores."""
        return self.session.run(["logits"], {"image": x})[0].tolist()

    def encode_response(self, output: list[list[float]]) -> Any:
        """The scores, which become JSON."""
        return output


if __name__ == "__main__":
    server = litserve.LitServer(
        Api(api_path="/invocations"), accelerator="cpu", workers_per_device=CORES
    )
    server.run(
        host="127.0.0.1",
        port=int(os.environ["SAGEMAKER_BIND_TO_PORT"]),
        log_level="warning",
        generate_client_file=False,
    )
