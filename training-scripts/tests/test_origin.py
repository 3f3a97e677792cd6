"""From a model to the photos that it was trained on."""

import hashlib
from pathlib import Path

import pytest

from kennel_training.main import main
from tests.conftest import arguments, environment, read_json

pytestmark = pytest.mark.usefixtures("shallow_network")


def test_a_model_names_its_photos_its_code_and_its_job(
    photos: Path, tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("KENNEL_COMMIT", "0123abc-dirty")
    monkeypatch.setenv("TRAINING_JOB_NAME", "dogs-1")
    monkeypatch.delenv("KENNEL_IMAGE", raising=False)
    assert main(arguments(photos, tmp_path), environment(base)) == 0

    origin = read_json(tmp_path / "model/origin.json")
    assert [origin[key] for key in ("commit", "image", "job")] == ["0123abc-dirty", None, "dogs-1"]
    files = {path.relative_to(photos).as_posix(): path for path in photos.rglob("*.jpg")}
    assert origin["photos"] == {
        name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()
    }
    metrics = read_json(tmp_path / "model/metrics.json")
    lines = "".join(f"{name}\0{digest}\n" for name, digest in origin["photos"].items())
    assert hashlib.sha256(lines.encode()).hexdigest() == metrics["fingerprints"]["data"]

    model = hashlib.sha256((tmp_path / "model/model.onnx").read_bytes()).hexdigest()
    summary = read_json(tmp_path / "output/origin.json")
    assert summary == {
        "model": model,
        "test_accuracy": metrics["test_accuracy"],
        "test_loss": metrics["test_loss"],
        "fingerprints": metrics["fingerprints"],
        **origin,
    }
    assert summary["model"] in (tmp_path / "output/report.html").read_text(encoding="utf-8")
