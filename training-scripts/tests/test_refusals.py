"""What goes wrong outside of the photos: one message that names it, and never half a model."""

import shutil
from pathlib import Path

import pytest
import torch
from torchvision import models

from kennel_training.common.lock import only_one
from kennel_training.main import main
from tests.conftest import Outcome, arguments, environment
from tests.ranks import start_rank

pytestmark = pytest.mark.usefixtures("shallow_network")


def refused(
    capsys: pytest.CaptureFixture[str], command: list[str], base: Path, expected: int = 1
) -> str:
    status = main(command, environment(base))
    captured = capsys.readouterr()
    assert status == expected, captured.out
    assert "Traceback" not in captured.err
    assert captured.err.removeprefix("Error: ").strip() == (base / "output/failure").read_text()
    return captured.err


def with_a_disk_for(largest_file: int, photos: Path, tmp_path: Path, base: Path) -> Outcome:
    """A run on a disk that takes no file beyond so many bytes."""
    command = arguments(photos, tmp_path)
    return start_rank(command, environment(base), base, largest_file).finish()


@pytest.mark.parametrize(
    ("largest_file", "message"),
    [
        (2_000, "cannot write {0}/cache/"),
        (900_000, "cannot write the model to {0}/model: File too large"),
    ],
)
def test_a_full_disk_is_named_and_the_old_model_stays(
    photos: Path, tmp_path: Path, base: Path, largest_file: int, message: str
):
    (tmp_path / "model").mkdir()
    (tmp_path / "model/model.onnx").write_bytes(b"an older one")
    outcome = with_a_disk_for(largest_file, photos, tmp_path, base)
    assert outcome.status == 1, outcome.out
    assert message.format(tmp_path) in outcome.error
    assert "Traceback" not in outcome.error
    assert [p.name for p in (tmp_path / "model").iterdir()] == ["model.onnx"]
    assert (tmp_path / "model/model.onnx").read_bytes() == b"an older one"
    # With room again, the same command ends well.
    again = start_rank(arguments(photos, tmp_path), environment(base), base).finish()
    assert again.status == 0, again.error


@pytest.mark.parametrize("option", ["model_dir", "output_dir", "checkpoint_dir", "cache_dir"])
@pytest.mark.parametrize("place", ["/dev/null/folder", "/proc/folder"])
def test_an_unwritable_folder_is_named_before_anything_else(
    photos: Path,
    tmp_path: Path,
    base: Path,
    capsys: pytest.CaptureFixture[str],
    option: str,
    place: str,
):
    error = refused(capsys, arguments(photos, tmp_path, f"--{option}", place), base)
    assert f"cannot write to {place} (" in error
    assert f"pass another folder with --{option}" in error
    assert not list(tmp_path.rglob("*.features"))


def test_two_runs_never_write_into_one_model_directory(
    photos: Path, tmp_path: Path, base: Path, capsys: pytest.CaptureFixture[str]
):
    model = tmp_path / "model"
    unfinished = model / ".staging-1"
    unfinished.mkdir(parents=True)
    with only_one(model, "held by nobody else"):
        error = refused(capsys, arguments(photos, tmp_path), base)
        assert f"another run will write its model to {model}: wait for its end" in error
        # What the first run is about to move into place is not tidied away.
        assert unfinished.is_dir()
    again = start_rank(arguments(photos, tmp_path), environment(base), base).finish()
    assert again.status == 0, again.error
    assert not unfinished.exists()


@pytest.mark.parametrize("option", ["model_dir", "output_dir", "checkpoint_dir", "cache_dir"])
def test_nothing_is_written_among_the_photos(
    photos: Path, tmp_path: Path, base: Path, capsys: pytest.CaptureFixture[str], option: str
):
    inside = photos / "train/model"
    command = arguments(photos, tmp_path, f"--{option}", str(inside))
    error = refused(capsys, command, base, expected=2)
    assert f"--{option} {inside} lies among the photos in --data: pass a folder outside" in error
    assert not inside.exists()


def test_too_little_room_for_the_features_is_said_before_the_first_forward_pass(
    photos: Path,
    tmp_path: Path,
    base: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    usage = shutil.disk_usage(tmp_path)._replace(free=20_000)
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    error = refused(capsys, arguments(photos, tmp_path, "--views", "50"), base)
    assert f"{tmp_path}/cache needs 5 MB more, 0 MB are free" in error
    assert "--cache_dir" in error


def test_weights_that_are_no_numbers_are_refused(
    photos: Path, tmp_path: Path, base: Path, capsys: pytest.CaptureFixture[str]
):
    state = models.shufflenet_v2_x0_5().state_dict()
    state["conv5.0.weight"][3] = torch.nan
    torch.save(state, tmp_path / "weights.pth")
    command = arguments(photos, tmp_path, "--weights", str(tmp_path / "weights.pth"))
    error = refused(capsys, command, base)
    assert "holds numbers that are not finite, such as in conv5.0.weight" in error


def test_a_loss_that_is_no_number_is_refused(
    photos: Path,
    tmp_path: Path,
    base: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("kennel_training.head.fit._train_epoch", lambda *_: float("nan"))
    error = refused(capsys, arguments(photos, tmp_path), base)
    assert "the loss of epoch 1 is not a finite number: lower --learning_rate (now 0.001)" in error
    assert not list((tmp_path / "model").iterdir())
