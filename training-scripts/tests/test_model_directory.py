"""A model directory is whole or not there."""

from pathlib import Path

import pytest

from kennel_training.common.errors import TrainingError
from kennel_training.model.directory import held_model_directory, write_model_directory

NAMES = ["classes.json", "metrics.json", "model.onnx", "preprocess.json"]


def write(folder: Path, content: bytes = b"model") -> None:
    write_model_directory(
        folder, ("ä", "b"), {"version": 1}, {}, lambda path: path.write_bytes(content)
    )


def test_an_origin_goes_with_its_model(tmp_path: Path):
    write_model_directory(
        tmp_path, ("a",), {}, {}, lambda path: path.write_bytes(b"model"), {"commit": "0123"}
    )
    assert listing(tmp_path) == sorted([*NAMES, "origin.json"])
    write(tmp_path)
    assert listing(tmp_path) == NAMES, "one whose origin is not known"


def listing(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_four_files_and_nothing_else(tmp_path: Path):
    write(tmp_path)
    assert listing(tmp_path) == NAMES
    assert (tmp_path / "classes.json").read_text(encoding="utf-8") == '[\n  "ä",\n  "b"\n]\n'


def test_a_new_model_replaces_the_old_one(tmp_path: Path):
    write(tmp_path, b"old")
    write(tmp_path, b"new")
    assert (tmp_path / "model.onnx").read_bytes() == b"new"
    assert listing(tmp_path) == NAMES


@pytest.mark.parametrize(
    ("error", "seen"),
    [
        (OSError(28, "No space left on device"), TrainingError),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
)
def test_a_failed_export_leaves_the_old_model(
    tmp_path: Path, error: BaseException, seen: type[BaseException]
):
    def fail(path: Path) -> None:
        path.write_bytes(b"half")
        raise error

    write(tmp_path, b"old")
    with pytest.raises(seen):
        write_model_directory(tmp_path, ("c", "d"), {}, {}, fail)
    assert (tmp_path / "model.onnx").read_bytes() == b"old"
    assert "ä" in (tmp_path / "classes.json").read_text(encoding="utf-8")
    assert listing(tmp_path) == NAMES


def test_no_mixture_of_old_and_new_is_ever_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Stops at each of the moves in turn, as a machine without power would."""
    rename = Path.replace
    for stop in range(4):
        folder = tmp_path / str(stop)
        folder.mkdir()
        write(folder, b"old")
        moves = iter(range(4))

        def interrupted(path: Path, target: Path, stop: int = stop, moves=moves) -> Path:  # noqa: ANN001
            if next(moves) == stop:
                raise OSError
            return rename(path, target)

        monkeypatch.setattr(Path, "replace", interrupted)
        with pytest.raises(TrainingError, match="cannot write the model"):
            write(folder, b"new")
        monkeypatch.undo()
        assert not (folder / "model.onnx").exists()


def test_leftovers_of_a_killed_run_are_removed(tmp_path: Path):
    (tmp_path / ".staging-abc").mkdir()
    (tmp_path / ".staging-abc/model.onnx").write_bytes(b"half")
    with held_model_directory("--model_dir", tmp_path):
        write(tmp_path)
    assert listing(tmp_path) == NAMES
