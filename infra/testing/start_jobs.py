"""Starts jobs at a stand-in for SageMaker and reads hyperparameters as train.py does.

Standard input: ``{"training": requests by name, "tuning": the same, "hyperparameters": [{…}]}``.
Standard output: what the stand-in describes afterwards, by name: ``{"training": …, "tuning": …}``.
Fails where boto3 or the stand-in refuses a request, or train.py a hyperparameter.
"""

import json
import logging
import sys
import tempfile
from pathlib import Path
from typing import Any

import boto3
from moto.server import ThreadedMotoServer

TRAINING_SCRIPTS = Path(__file__).resolve().parents[2] / "training-scripts"


def start(requests: dict[str, Any]) -> dict[str, Any]:
    """Send every request over the loopback interface, and ask what became of it."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        _, port = server.get_host_and_port()
        client = boto3.client(
            "sagemaker",
            region_name="us-east-1",
            endpoint_url=f"http://127.0.0.1:{port}",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        return {"training": _train(client, requests), "tuning": _tune(client, requests)}
    finally:
        server.stop()


def _train(client: Any, requests: dict[str, Any]) -> dict[str, Any]:
    described = {}
    for name, request in requests["training"].items():
        client.create_training_job(TrainingJobName=name, **request)
        described[name] = client.describe_training_job(TrainingJobName=name)
    return described


def _tune(client: Any, requests: dict[str, Any]) -> dict[str, Any]:
    described = {}
    for name, request in requests["tuning"].items():
        client.create_hyper_parameter_tuning_job(HyperParameterTuningJobName=name, **request)
        described[name] = client.describe_hyper_parameter_tuning_job(
            HyperParameterTuningJobName=name
        )
    return described


def read_hyperparameters(hyperparameters: dict[str, str]) -> None:
    """Read them from the file that SageMaker puts them in; raises ``SettingsError``."""
    sys.path.insert(0, str(TRAINING_SCRIPTS))
    from kennel_training.settings.training import read_settings

    with tempfile.TemporaryDirectory() as base:
        (Path(base) / "input/data/training").mkdir(parents=True)
        (Path(base) / "input/config").mkdir()
        (Path(base) / "input/config/hyperparameters.json").write_text(json.dumps(hyperparameters))
        read_settings([], {"SAGEMAKER_BASE_DIR": base})


def main() -> None:
    """Do both."""
    requests = json.load(sys.stdin)
    for hyperparameters in requests["hyperparameters"]:
        read_hyperparameters(hyperparameters)
    json.dump(start(requests), sys.stdout, default=str)


if __name__ == "__main__":
    main()
