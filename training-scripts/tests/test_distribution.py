"""Jobs of several processes, tried as local ones with the files and variables of the real ones."""

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper

from kennel_training.common.errors import TrainingError
from kennel_training.ranks.group import joined
from kennel_training.ranks.placement import Placement, find_placement
from kennel_training.tuning.main import main as tune
from tests.conftest import Outcome, arguments, environment, make_dataset, read_json
from tests.ranks import Rank, start_rank

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


def start_hosts(folder: Path, photos: dict[str, Path], *more: str) -> list[Rank]:
    """One process an instance, with the output directories that SageMaker gives each."""
    port = free_port()
    ranks = []
    for name, data in photos.items():
        base = host(folder, name, list(photos))
        command = [
            *("--data", str(data), "--backbone", "shufflenet_v2_x0_5", "--weights", "none"),
            *("--image-size", "64", "--epochs", "3", "--precision", "fp32", *more),
        ]
        ranks.append(
            start_rank(command, {**environment(base), "MASTER_PORT": port}, base / "input")
        )
    return ranks


def finish(ranks: list[Rank]) -> list[Outcome]:
    return [rank.finish() for rank in ranks]


def weights(model: Path) -> list[np.ndarray]:
    return [numpy_helper.to_array(t) for t in onnx.load(model).graph.initializer]


def same_weights(one: Path, other: Path) -> bool:
    pairs = zip(weights(one), weights(other), strict=True)
    return all(np.allclose(a, b, rtol=1e-3, atol=1e-6) for a, b in pairs)


@dataclass(frozen=True)
class Alone:
    """A finished run of one process, and its photos."""

    data: Path
    model: Path


@pytest.fixture(scope="module")
def alone(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Alone:
    """One of the photos cannot be decoded; nobody writes there."""
    folder = tmp_path_factory.mktemp("alone")
    shutil.copytree(photos, folder / "photos")
    # In the last rank's share, so that what it skips has to reach rank 0.
    broken = folder / "photos/train/upright/9.jpg"
    broken.write_bytes(broken.read_bytes()[:700])
    command = arguments(folder / "photos", folder)
    (outcome,) = finish([start_rank(command, environment(folder), folder)])
    assert outcome.status == 0, outcome.error
    return Alone(folder / "photos", folder / "model/model.onnx")


@pytest.mark.parametrize("size", [2, 4])
def test_instances_give_the_model_of_one(alone: Alone, tmp_path: Path, size: int):
    hosts = [f"algo-{number + 1}" for number in range(size)]
    outcomes = finish(start_hosts(tmp_path, dict.fromkeys(hosts, alone.data)))
    for rank, outcome in enumerate(outcomes):
        assert outcome.status == 0, outcome.error
        assert f"Rank {rank}/{size}: {24 // size} training images\n" in outcome.out
    assert "Epoch 3: Training Loss: " in outcomes[0].out
    assert outcomes[1].out == f"Rank 1/{size}: {24 // size} training images\n"
    model = tmp_path / "algo-1/model"
    assert same_weights(model / "model.onnx", alone.model)
    metrics = read_json(model / "metrics.json")
    assert metrics["skipped_files"].keys() == {"train/upright/9.jpg"}
    assert metrics["photos"] == {"train": 23, "valid": 8, "test": 8}
    # Only rank 0 writes.
    for name in hosts[1:]:
        assert sorted(p.name for p in (tmp_path / name).iterdir()) == ["input"]


def test_torchrun_starts_a_job(photos: Path, tmp_path: Path):
    # What torchrun gives its processes, without the seconds that each would need to load torch.
    names = ("WORLD_SIZE", "RANK", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT")
    script = tmp_path / "variables.py"
    script.write_text(
        "import json, os, pathlib\n"
        f"given = {{name: os.environ[name] for name in {names}}}\n"
        f"path = pathlib.Path({str(tmp_path)!r}, os.environ['RANK'] + '.json')\n"
        "path.write_text(json.dumps(given))\n"
    )
    run = (sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2")
    command = [*run, "--master-port", free_port(), str(script)]
    subprocess.run(command, env=environment(tmp_path), timeout=100, check=True)
    ranks = []
    for rank in range(2):
        given = json.loads((tmp_path / f"{rank}.json").read_text())
        folder = tmp_path / f"rank-{rank}"
        folder.mkdir()
        variables = {**environment(tmp_path / "ml"), **given}
        ranks.append(start_rank(arguments(photos, tmp_path), variables, folder))
    outcomes = finish(ranks)
    assert [outcome.status for outcome in outcomes] == [0, 0], outcomes[0].error
    for rank, outcome in enumerate(outcomes):
        assert f"Rank {rank}/2: 12 training images" in outcome.out
    assert "".join(outcome.out for outcome in outcomes).count("Testing Accuracy: ") == 1
    assert (tmp_path / "model/model.onnx").is_file()


def test_a_rank_with_other_photos_fails_the_job(photos: Path, tmp_path: Path):
    other = make_dataset(tmp_path / "other", {"train": 12, "valid": 4, "test": 3})
    first, second = finish(start_hosts(tmp_path, {"algo-1": photos, "algo-2": other}))
    assert second.status == 1
    assert "rank 1 has other photos than rank 0" in second.error
    assert "FullyReplicated" in (tmp_path / "algo-2/output/failure").read_text()
    assert first.status == 1
    assert "another rank has stopped, see its log: rank 1 failed" in first.error
    assert not (tmp_path / "algo-1/model/model.onnx").exists()


def test_a_job_of_several_instances_shares_its_features(s3: Any, photos: Path, tmp_path: Path):
    uri = "s3://kennel-photos/cache/features"
    for job, source in (("one", r"24 extracted in .*, 0 from the cache"), ("two", "all from the ")):
        ranks = start_hosts(
            tmp_path / job, dict.fromkeys(HOSTS, photos), "--cache_uri", uri, "--max-bad", "0"
        )
        first, second = finish(ranks)
        assert (first.status, second.status) == (0, 0), first.error + second.error
        assert re.search(f"24 train photos: {source}", first.out)
    # Two shares of three splits.
    assert len(s3.list_objects_v2(Bucket="kennel-photos")["Contents"]) == 6
    models = [tmp_path / job / "algo-1/model/model.onnx" for job in ("one", "two")]
    assert models[0].read_bytes() == models[1].read_bytes()


# So many that the test would not see their end.
ENDLESS = ("--unfreeze", "2", "--unfreeze_epochs", "10000")


@pytest.mark.parametrize("killed", [0, 1])
def test_a_killed_rank_ends_the_others_at_once(photos: Path, tmp_path: Path, killed: int):
    ranks = start_hosts(tmp_path, dict.fromkeys(HOSTS, photos), *ENDLESS)
    ranks[0].await_line("Fine-tuning epoch 1 ")
    ranks[killed].send_signal(signal.SIGKILL)
    outcome = finish(ranks)[1 - killed]
    assert outcome.status == 1
    message = f"another rank has stopped, see its log: rank {killed} died"
    assert outcome.error == f"Error: {message}\n"
    base = tmp_path / HOSTS[1 - killed]
    assert (base / "output/failure").read_text() == message
    assert not list((tmp_path / "algo-1/model").iterdir())


@pytest.mark.parametrize("stopped", [[0], [1], [0, 1]])
def test_a_job_that_is_stopped_ends_as_a_whole(photos: Path, tmp_path: Path, stopped: list[int]):
    ranks = start_hosts(tmp_path, dict.fromkeys(HOSTS, photos), *ENDLESS)
    ranks[0].await_line("Fine-tuning epoch 2 ")
    for rank in stopped:
        ranks[rank].send_signal(signal.SIGTERM)
    what = ("from the checkpoint", "from what rank 0 has kept, see its last line")
    for rank, outcome in enumerate(finish(ranks)):
        assert outcome.status == 143, outcome.error
        assert outcome.error == f"Stopped by SIGTERM; the same command goes on {what[rank]}\n"
    assert not list((tmp_path / "algo-1/model").iterdir())
    assert not (tmp_path / "algo-1/output/failure").exists()


# Lines of rank 0 in their order; a run is stopped after each of them once.
MOMENTS = (
    "2 classes",
    "Computing on",
    "Fine-tuning epoch 1 ",
    "Fine-tuning epoch 3 ",
    "Features of 24 train",
    "Features of 8 valid",
    "Epoch 1:",
    "Epoch 3:",
    "Testing Loss:",
)


@pytest.mark.parametrize("size", [1, 2])
def test_a_run_stopped_at_many_moments_gives_the_same_model(
    photos: Path, tmp_path: Path, size: int
):
    hosts = dict.fromkeys(HOSTS[:size], photos)
    tuned = ("--unfreeze", "1", "--unfreeze_epochs", "4", "--views", "2")

    def begin(folder: Path) -> list[Rank]:
        for name in hosts:
            shutil.rmtree(folder / name / "input", ignore_errors=True)
        return start_hosts(folder, hosts, *tuned)

    whole = finish(begin(tmp_path / "whole"))
    assert [outcome.status for outcome in whole] == [0] * size, whole[0].error
    # Not each of them every time: other ones where there are more processes.
    for moment in MOMENTS[:: size + 1]:
        ranks = begin(tmp_path / "parts")
        ranks[0].await_line(moment)
        for rank in ranks:
            rank.send_signal(signal.SIGTERM)
        outcomes = finish(ranks)
        # The first moment may be before rank 1 expects it, the last one too late to stop it.
        assert {outcome.status for outcome in outcomes} <= {143, -15, 0}, outcomes[0].error
        errors = [outcome.error for outcome in outcomes if "Traceback" in outcome.error]
        assert errors == [], "\n".join(errors)
    # Stopped between its line and its checkpoint, an epoch of the head is done again.
    assert outcomes[0].out.count("Going on from the checkpoint") >= 1
    assert "from the cache" in outcomes[0].out
    last = finish(begin(tmp_path / "parts"))
    assert [outcome.status for outcome in last] == [0] * size, last[0].error
    models = [tmp_path / run / "algo-1/model/model.onnx" for run in ("whole", "parts")]
    assert models[0].read_bytes() == models[1].read_bytes()


def test_a_killed_extraction_goes_on(tmp_path: Path, base: Path):
    data = make_dataset(tmp_path / "photos", {"train": 100, "valid": 2, "test": 2})
    command = arguments(data, tmp_path, "--workers", "1")
    rank = start_rank(command, environment(base), base)
    while rank.process.is_alive() and not list((tmp_path / "cache").rglob("*.features")):
        time.sleep(0.002)
    rank.send_signal(signal.SIGKILL)
    assert rank.finish().status == -signal.SIGKILL
    (again,) = finish([start_rank(command, environment(base), base)])
    assert again.status == 0, again.error
    found = re.search(r"200 train photos: (\d+) extracted in .*, (\d+) from the cache", again.out)
    assert found, again.out
    assert int(found[2]) >= 128
    whole = [*command, "--model_dir", str(tmp_path / "whole"), "--cache_dir", str(tmp_path / "x")]
    assert finish([start_rank(whole, environment(base), base)])[0].status == 0
    models = [tmp_path / folder / "model.onnx" for folder in ("model", "whole")]
    assert models[0].read_bytes() == models[1].read_bytes()


def test_sagemaker_decides_rank_and_master(tmp_path: Path):
    hosts = [f"algo-{number}" for number in range(1, 5)]
    for rank, name in enumerate(hosts):
        placement = find_placement(host(tmp_path, name, hosts), {})
        interface = placement.interface
        assert placement == Placement(rank, 4, master="algo-1", interface=interface, instances=4)
    alone = find_placement(host(tmp_path, "alone", ["alone"]), {})
    assert alone == Placement()
    assert find_placement(tmp_path / "nowhere", {}) == Placement()


def test_torchruns_variables_beat_the_file(tmp_path: Path):
    variables = {
        "WORLD_SIZE": "3", "RANK": "2", "LOCAL_RANK": "1",
        "MASTER_ADDR": "node", "MASTER_PORT": "1234",
    }  # fmt: skip
    placement = find_placement(host(tmp_path, "algo-1"), variables)
    assert placement == Placement(2, 3, 1, "node", 1234, instances=2)


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
