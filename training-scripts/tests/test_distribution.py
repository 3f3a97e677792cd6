"""Jobs of several processes, tried as local ones with the files and variables of the real ones."""

import json
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper

from kennel_training.distribution import Placement, find_placement
from kennel_training.errors import TrainingError
from kennel_training.group import joined
from kennel_training.tuning_main import main as tune
from tests.conftest import ROOM, arguments, environment, make_dataset, read_json, run, start

HOSTS = ["algo-1", "algo-2"]


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def host(folder: Path, name: str, hosts: list[str] = HOSTS) -> Path:
    """The base directory of one instance."""
    config = folder / name / "input/config"
    config.mkdir(parents=True)
    content = {"current_host": name, "hosts": hosts, "network_interface_name": "eth0"}
    (config / "resourceconfig.json").write_text(json.dumps(content))
    return folder / name


def start_hosts(folder: Path, photos: dict[str, Path], *more: str) -> list[subprocess.Popen[str]]:
    """One process an instance, with the output directories that SageMaker gives each."""
    port = free_port()
    processes = []
    for name, data in photos.items():
        base = host(folder, name, list(photos))
        command = [
            *("--data", str(data), "--backbone", "shufflenet_v2_x0_5", "--weights", "none"),
            *("--image-size", "64", "--epochs", "3", "--precision", "fp32", *more),
        ]
        processes.append(start(command, base, MASTER_PORT=port))
    return processes


def finish(processes: list[subprocess.Popen[str]]) -> list[tuple[int, str, str]]:
    outcomes = []
    for process in processes:
        out, error = process.communicate(timeout=100)
        outcomes.append((process.returncode, out, error))
    return outcomes


def weights(model: Path) -> list[np.ndarray]:
    return [numpy_helper.to_array(t) for t in onnx.load(model).graph.initializer]


def same_weights(one: Path, other: Path) -> bool:
    pairs = zip(weights(one), weights(other), strict=True)
    return all(np.allclose(a, b, rtol=1e-3, atol=1e-6) for a, b in pairs)


def test_two_instances_give_the_model_of_one(photos: Path, tmp_path: Path, base: Path):
    data = tmp_path / "photos"
    shutil.copytree(photos, data)
    # In rank 1's share, so that what it skips has to reach rank 0.
    broken = data / "train/upright/9.jpg"
    broken.write_bytes(broken.read_bytes()[:700])
    alone = run(arguments(data, tmp_path / "alone"), base)
    assert alone.status == 0, alone.error

    outcomes = finish(start_hosts(tmp_path, dict.fromkeys(HOSTS, data)))
    for rank, (status, out, error) in enumerate(outcomes):
        assert status == 0, error
        assert f"Rank {rank}/2: 12 training images\n" in out
    assert "Epoch 3: Training Loss: " in outcomes[0][1]
    assert outcomes[1][1] == "Rank 1/2: 12 training images\n"
    model = tmp_path / "algo-1/model"
    assert same_weights(model / "model.onnx", tmp_path / "alone/model/model.onnx")
    metrics = read_json(model / "metrics.json")
    assert metrics["skipped_files"].keys() == {"train/upright/9.jpg"}
    assert metrics["photos"] == {"train": 23, "valid": 8, "test": 8}
    # Only rank 0 writes.
    assert sorted(p.name for p in (tmp_path / "algo-2").iterdir()) == ["input"]


def test_torchrun_starts_a_job(photos: Path, tmp_path: Path, base: Path):
    command = [
        *(sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2"),
        *("--master-port", free_port(), str(ROOM / "train.py"), *arguments(photos, tmp_path)),
    ]
    done = subprocess.run(
        command, env=environment(base), capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stderr
    for rank in range(2):
        assert f"Rank {rank}/2: 12 training images" in done.stdout
    assert done.stdout.count("Testing Accuracy: ") == 1
    assert (tmp_path / "model/model.onnx").is_file()


def test_a_rank_with_other_photos_fails_the_job(photos: Path, tmp_path: Path):
    other = make_dataset(tmp_path / "other", {"train": 12, "valid": 4, "test": 3})
    first, second = finish(start_hosts(tmp_path, {"algo-1": photos, "algo-2": other}))
    assert second[0] == 1
    assert "rank 1 has other photos than rank 0" in second[2]
    assert "FullyReplicated" in (tmp_path / "algo-2/output/failure").read_text()
    assert first[0] == 1
    assert "another rank has stopped, see its log" in first[2]
    assert not (tmp_path / "algo-1/model/model.onnx").exists()


@pytest.mark.parametrize("killed", [0, 1])
def test_a_killed_rank_fails_the_job(photos: Path, tmp_path: Path, killed: int):
    processes = start_hosts(
        tmp_path, dict.fromkeys(HOSTS, photos), "--unfreeze", "all", "--unfreeze_epochs", "3"
    )
    output = processes[0].stdout
    assert output is not None
    assert any(line.startswith("Fine-tuning epoch 1 ") for line in output)
    processes[killed].send_signal(signal.SIGKILL)
    status, _, error = finish(processes)[1 - killed]
    assert status == 1
    assert "another rank has stopped, see its log" in error
    assert "Traceback" not in error
    assert not list((tmp_path / "algo-1/model").iterdir())


def test_sagemaker_decides_rank_and_master(tmp_path: Path):
    hosts = [f"algo-{number}" for number in range(1, 5)]
    for rank, name in enumerate(hosts):
        placement = find_placement(host(tmp_path, name, hosts), {})
        assert placement == Placement(rank, 4, master="algo-1", interface=placement.interface)
    alone = find_placement(host(tmp_path, "alone", ["alone"]), {})
    assert alone == Placement()
    assert find_placement(tmp_path / "nowhere", {}) == Placement()


def test_torchruns_variables_beat_the_file(tmp_path: Path):
    variables = {
        "WORLD_SIZE": "3", "RANK": "2", "LOCAL_RANK": "1",
        "MASTER_ADDR": "node", "MASTER_PORT": "1234",
    }  # fmt: skip
    placement = find_placement(host(tmp_path, "algo-1"), variables)
    assert placement == Placement(2, 3, 1, "node", 1234)


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"WORLD_SIZE": "2"}, "RANK is None, allowed is a whole number: start with torchrun"),
        ({"WORLD_SIZE": "x", "RANK": "0"}, "WORLD_SIZE is 'x'"),
        ({"WORLD_SIZE": "2", "RANK": "2"}, "RANK is 2, allowed is 0 to WORLD_SIZE - 1, here 1"),
    ],
)
def test_wrong_variables_are_named(tmp_path: Path, variables: dict[str, str], message: str):
    with pytest.raises(TrainingError, match=message):
        find_placement(tmp_path, variables)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "resourceconfig.json cannot be used"),
        ('{"hosts": ["a", "b"], "current_host": "c"}', "current_host 'c' is not one of the hosts"),
        ('{"hosts": ["a", "a"], "current_host": "a"}', "a host occurs twice"),
        ("[]", "allowed is a JSON object"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, content: str, message: str):
    path = tmp_path / "input/config/resourceconfig.json"
    path.parent.mkdir(parents=True)
    path.write_text(content)
    with pytest.raises(TrainingError, match=message):
        find_placement(tmp_path, {})


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
def test_nccl_without_a_gpu_is_refused():
    refused = pytest.raises(TrainingError, match="--backend nccl needs a GPU, and there is none")
    with refused, joined(Placement(1, 2), "nccl"):
        pass


def test_tuning_runs_in_one_process(
    photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    base = host(tmp_path, "algo-1")
    assert tune(arguments(photos, tmp_path), environment(base)) == 1
    assert "the job has 2 processes, but tuning runs in one" in capsys.readouterr().err
