"""Whole runs, as SageMaker or a user starts them."""

import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from kennel_training.data.transform import Preprocessing, decode, plain_view
from kennel_training.features import extraction as features
from kennel_training.main import main
from kennel_training.model import export
from tests.conftest import SCRIPTS, arguments, environment, make_dataset, outline, read_json
from tests.ranks import start_rank

pytestmark = pytest.mark.usefixtures("shallow_network")

NUMBER = r"\d+\.\d{4}"


def train(capsys: pytest.CaptureFixture[str], command: list[str], base: Path) -> tuple[int, str]:
    """Run in this process; the status and everything printed."""
    status = main(command, environment(base))
    captured = capsys.readouterr()
    return status, captured.out + captured.err


def model_files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_model_trained_from_scratch_tells_shapes_apart(
    tmp_path: Path, base: Path, capsys: pytest.CaptureFixture[str]
):
    shapes = {name: outline(name) for name in ("circle", "cross", "star")}
    data = make_dataset(tmp_path / "shapes", {"train": 60, "valid": 10, "test": 20}, shapes)
    size = ("--image-size", "64", "--epochs", "20")
    command = arguments(data, tmp_path, "--backbone", "resnet18", *size)
    status, out = train(capsys, command, base)
    assert status == 0, out
    metrics = read_json(tmp_path / "model/metrics.json")
    assert metrics["test_accuracy"] >= 0.9, out
    assert metrics["photos"] == {"train": 180, "valid": 30, "test": 60}

    # The files alone, read as a server reads them, reproduce the accuracy that was measured.
    session = onnxruntime.InferenceSession(tmp_path / "model/model.onnx")
    classes = read_json(tmp_path / "model/classes.json")
    content = read_json(tmp_path / "model/preprocess.json")
    preprocessing = Preprocessing(**content)
    photos = sorted((data / "test").glob("*/*.jpg"))
    pixels = [plain_view(decode(p.read_bytes(), preprocessing), preprocessing) for p in photos]
    scores = session.run(["logits"], {"image": np.stack(pixels)})[0]
    right = [classes[s.argmax()] == p.parent.name for s, p in zip(scores, photos, strict=True)]
    assert np.mean(right) == pytest.approx(metrics["test_accuracy"], abs=1e-6)


def test_log_lines_and_files_of_the_contract(
    photos: Path, tmp_path: Path, base: Path, capsys: pytest.CaptureFixture[str]
):
    status, out = train(capsys, arguments(photos, tmp_path), base)
    assert status == 0, out
    words = [line.split(" ") for line in out.splitlines() if line.startswith("Epoch ")]
    assert [line[1] for line in words] == ["1:", "2:", "3:"]
    for line in words:
        # As a space-delimited metric filter reads it: a number is a word of its own.
        names = [word for word in line[2:] if not re.fullmatch(NUMBER, word)]
        text = "Training Loss: - Validation Loss: - Validation Accuracy:"
        assert names == text.split(" ")
    assert len(re.findall(r"^Epoch \d+: .*Validation Loss: ([0-9\.]+) ", out, re.M)) == 3
    assert len(re.findall(rf"^Testing Loss: {NUMBER}$", out, re.M)) == 1
    assert len(re.findall(rf"^Testing Accuracy: {NUMBER}$", out, re.M)) == 1
    assert out.index("test photos") > out.index("Epoch 3:")

    model = tmp_path / "model"
    assert sorted(model_files(model)) == [
        "classes.json",
        "metrics.json",
        "model.onnx",
        "origin.json",
        "preprocess.json",
    ]
    assert read_json(model / "classes.json") == ["across", "upright"]
    assert read_json(model / "preprocess.json") == {
        "version": 1,
        "exif_orientation": True,
        "decode": "reduced",
        "resize": 73,
        "crop": 64,
        "filter": "bilinear",
    }
    metrics = read_json(model / "metrics.json")
    assert f"Testing Loss: {metrics['test_loss']:.4f}" in out
    assert f"Testing Accuracy: {metrics['test_accuracy']:.4f}" in out
    assert metrics["skipped"] == 0
    assert metrics["per_class"].keys() == {"across", "upright"}
    assert metrics["backbone"] == "shufflenet_v2_x0_5"
    assert {len(value) for value in metrics["fingerprints"].values()} == {64}
    assert metrics["onnx_largest_difference"] <= 1e-4
    output = tmp_path / "output"
    history = read_json(output / "history.json")
    assert [epoch["number"] for epoch in history] == [1, 2, 3]
    assert sorted(path.name for path in output.iterdir()) == [
        "history.json",
        "mistakes.json",
        "origin.json",
        "report.html",
        "run.json",
    ]
    assert out.splitlines()[-1] == f"Wrote the report {output / 'report.html'}"
    took = read_json(output / "run.json")
    assert list(took["phases"]) == [
        "Checking the photos",
        "Loading PyTorch",
        "Preparing the backbone",
        "Features of train photos",
        "Features of valid photos",
        "Fitting the head",
        "Features of test photos",
        "Exporting and checking the model",
    ]
    assert sum(took["phases"].values()) <= took["seconds"] + 0.01
    assert list((tmp_path / "checkpoints").iterdir()) == []
    assert not (base / "output/failure").exists()


def test_a_second_run_extracts_nothing_and_gives_the_same_model(
    photos: Path,
    tmp_path: Path,
    base: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    command = arguments(photos, tmp_path, "--views", "2")
    assert train(capsys, command, base)[0] == 0
    first = model_files(tmp_path / "model")
    monkeypatch.delattr(features.FeatureExtractor, "_forward")
    status, out = train(capsys, command, base)
    assert status == 0, out
    for split in ("train", "valid", "test"):
        assert re.search(rf"{split} photos: all from the cache", out)
    assert model_files(tmp_path / "model") == first


def test_the_seed_decides_the_model(
    photos: Path, tmp_path: Path, base: Path, capsys: pytest.CaptureFixture[str]
):
    models = {}
    for name, seed, workers in (("a", "1", "1"), ("b", "1", "3"), ("c", "2", "1")):
        command = arguments(
            photos, tmp_path / name, "--seed", seed, "--workers", workers,
            "--unfreeze", "all", "--unfreeze_epochs", "1", "--views", "2",
        )  # fmt: skip
        assert train(capsys, command, base)[0] == 0
        models[name] = (tmp_path / name / "model/model.onnx").read_bytes()
    assert models["a"] == models["b"]
    assert models["a"] != models["c"]


def test_unreadable_photos_are_named_in_the_metrics(
    photos: Path, tmp_path: Path, base: Path, capsys: pytest.CaptureFixture[str]
):
    data = tmp_path / "photos"
    shutil.copytree(photos, data)
    (data / "train/across/empty.jpg").touch()
    whole = (data / "valid/across/0.jpg").read_bytes()
    (data / "valid/across/truncated.jpg").write_bytes(whole[:700])
    status, out = train(capsys, arguments(data, tmp_path), base)
    assert status == 0, out
    metrics = read_json(tmp_path / "model/metrics.json")
    assert metrics["skipped"] == 2
    assert metrics["photos"] == {"train": 24, "valid": 8, "test": 8}
    assert metrics["skipped_files"].keys() == {
        "train/across/empty.jpg",
        "valid/across/truncated.jpg",
    }
    assert "Skipped train/across/empty.jpg: empty file" in out


def test_a_class_with_truncated_photos_only_is_named(
    photos: Path, tmp_path: Path, base: Path, capsys: pytest.CaptureFixture[str]
):
    data = tmp_path / "photos"
    shutil.copytree(photos, data)
    for photo in (data / "valid/across").iterdir():
        photo.write_bytes(photo.read_bytes()[:700])
    status, out = train(capsys, arguments(data, tmp_path), base)
    assert status == 1
    assert f"no readable photo in {data / 'valid'} for across" in out
    assert not list((tmp_path / "model").iterdir())


def test_hyperparameters_of_a_job_reach_the_training(
    photos: Path, tmp_path: Path, base: Path, capsys: pytest.CaptureFixture[str]
):
    config = base / "input/config"
    config.mkdir(parents=True)
    (config / "hyperparameters.json").write_text(
        '{"epochs": "2", "batch_size": "8", "backbone": "\\"shufflenet_v2_x0_5\\"", '
        '"weights": "none", "image-size": "64", "precision": "fp32"}'
    )
    shutil.copytree(photos, base / "input/data/training")
    status, out = train(capsys, [], base)
    assert status == 0, out
    assert "Epoch 2:" in out
    assert "Epoch 3:" not in out
    assert (base / "model/model.onnx").is_file()
    assert (base / "output/data/history.json").is_file()
    assert list((base / "checkpoints/cache").rglob("*.features"))


def test_wrong_settings_reach_the_failure_file(base: Path, capsys: pytest.CaptureFixture[str]):
    status, out = train(capsys, ["--epochs", "x"], base)
    assert status == 2
    failure = (base / "output/failure").read_text()
    assert failure in out
    assert failure.startswith("2 wrong settings:")
    assert "--epochs 'x'" in failure
    assert "Traceback" not in out


def test_an_unexpected_error_keeps_its_trace_behind_the_message(
    photos: Path,
    tmp_path: Path,
    base: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    def broken(*_: object) -> None:
        raise ZeroDivisionError("surprise " * 300)

    monkeypatch.setattr(features.FeatureExtractor, "_forward", broken)
    status, out = train(capsys, arguments(photos, tmp_path), base)
    assert status == 1
    failure = (base / "output/failure").read_text()
    assert failure.startswith("unexpected ZeroDivisionError: surprise")
    assert "Traceback" not in failure[:1024]
    assert "Traceback" in failure
    assert "Error: unexpected ZeroDivisionError" in out


def test_no_failure_file_where_there_is_no_base_directory(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert train(capsys, ["--epochs", "x"], tmp_path / "nowhere")[0] == 2
    assert not (tmp_path / "nowhere").exists()


def test_a_model_that_differs_after_export_is_never_written(
    photos: Path,
    tmp_path: Path,
    base: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    command = arguments(photos, tmp_path)
    assert train(capsys, command, base)[0] == 0
    before = model_files(tmp_path / "model")
    monkeypatch.setattr(export, "LARGEST_DIFFERENCE", 0.0)
    monkeypatch.setattr(export, "LARGEST_RELATIVE_DIFFERENCE", -1.0)
    status, out = train(capsys, command, base)
    assert status == 1
    assert "so no model is written" in out
    assert model_files(tmp_path / "model") == before


def test_an_unwritable_directory_is_named(
    photos: Path, tmp_path: Path, base: Path, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "file").touch()
    command = arguments(photos, tmp_path, "--cache_dir", str(tmp_path / "file/cache"))
    status, out = train(capsys, command, base)
    assert status == 1
    assert f"cannot write to {tmp_path / 'file/cache'}" in out
    assert "--cache_dir" in out


def test_a_full_disk_is_one_message(
    photos: Path,
    tmp_path: Path,
    base: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "model.onnx")

    monkeypatch.setattr("kennel_training.pipeline.export_onnx", full)
    status, out = train(capsys, arguments(photos, tmp_path), base)
    assert status == 1
    assert f"cannot write the model to {tmp_path / 'model'}: No space left on device" in out
    assert list((tmp_path / "model").iterdir()) == []


def test_wrong_settings_are_reported_before_torch_loads(base: Path):
    done = subprocess.run(
        [sys.executable, str(SCRIPTS / "train.py"), "--data", "nowhere"],
        env={**environment(base), "PYTHONPROFILEIMPORTTIME": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "kennel_training.settings.reading" in done.stderr
    assert not re.search(r"\| +torch$", done.stderr, re.M)
    assert "Traceback" not in done.stderr


def test_a_terminated_run_goes_on_and_gives_the_same_model(
    photos: Path, tmp_path: Path, base: Path, capsys: pytest.CaptureFixture[str]
):
    def command(out: Path) -> list[str]:
        return arguments(photos, out, "--unfreeze", "2", "--unfreeze_epochs", "5")

    status, out = train(capsys, command(tmp_path / "whole"), base)
    assert status == 0, out

    process = start_rank(command(tmp_path / "parts"), environment(base), base)
    process.await_line("Fine-tuning epoch 3 ")
    process.send_signal(signal.SIGTERM)
    outcome = process.finish()
    assert outcome.status == 143
    assert outcome.error.strip().endswith("the same command goes on from the checkpoint")
    assert list((tmp_path / "parts/model").iterdir()) == []

    status, out = train(capsys, command(tmp_path / "parts"), base)
    assert status == 0, out
    assert "Going on from the checkpoint" in out
    assert "Fine-tuning epoch 1 " not in out
    model = (tmp_path / "whole/model/model.onnx").read_bytes()
    assert (tmp_path / "parts/model/model.onnx").read_bytes() == model


def test_a_failure_does_not_outlive_the_next_good_run(
    photos: Path, tmp_path: Path, base: Path, capsys: pytest.CaptureFixture[str]
):
    assert train(capsys, arguments(photos, tmp_path, "--epochs", "0"), base)[0] == 2
    assert (base / "output/failure").is_file()
    assert train(capsys, arguments(photos, tmp_path), base)[0] == 0
    assert not (base / "output/failure").exists()


@pytest.mark.parametrize(
    ("moment", "what"),
    [
        ("Computing on", "starts from the beginning"),
        ("Features of 24 train photos", "goes on with the features extracted so far"),
        ("Epoch 2:", "goes on from the checkpoint"),
    ],
)
def test_a_stopped_run_says_what_it_has_kept(
    photos: Path, tmp_path: Path, base: Path, moment: str, what: str
):
    process = start_rank(arguments(photos, tmp_path), environment(base), base)
    process.await_line(moment)
    process.send_signal(signal.SIGINT)
    outcome = process.finish()
    assert outcome.status == 130
    assert outcome.error == f"Stopped; the same command {what}\n"


def test_a_run_is_stopped_while_its_libraries_load(photos: Path, tmp_path: Path, base: Path):
    process = subprocess.Popen(
        [sys.executable, str(SCRIPTS / "train.py"), *arguments(photos, tmp_path)],
        env=environment(base),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "2 classes; photos: 24 train, 8 valid, 8 test\n"
    time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    _, error = process.communicate(timeout=30)
    message = "Stopped by SIGTERM; the same command starts from the beginning\n"
    assert (process.returncode, error) == (143, message)
