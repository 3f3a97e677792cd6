"""The drawn data set."""

from pathlib import Path

import pytest
from PIL import Image

from make_sample_photos import SHAPES, main, make

COUNTS = {"train": 2, "valid": 1, "test": 1}


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.jpg")
    }


def test_the_same_seed_draws_the_same_pictures(tmp_path: Path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        make(tmp_path / name, COUNTS, seed, side=48)
    one, two, other = (contents(tmp_path / name) for name in "abc")
    assert one == two
    assert one.keys() == other.keys()
    assert not set(one.values()) & set(other.values())
    assert len(one) == 4 * len(SHAPES)
    # No picture is in two splits.
    assert len(set(one.values())) == len(one)


def test_pictures_are_jpegs_of_the_wanted_size(tmp_path: Path):
    make(tmp_path, COUNTS, side=48, shapes=("heart",))
    with Image.open(tmp_path / "train/heart/heart-001.jpg") as picture:
        assert (picture.format, picture.size, picture.mode) == ("JPEG", (48, 48), "RGB")


@pytest.mark.parametrize("options", [["--train", "0"], ["--side", "-1"]])
def test_wrong_numbers_are_refused(
    tmp_path: Path, options: list[str], capsys: pytest.CaptureFixture[str]
):
    with pytest.raises(SystemExit) as stopped:
        main([str(tmp_path / "new"), *options])
    assert stopped.value.code == 2
    assert "must be 1 or more; for example --train 200" in capsys.readouterr().err


def test_a_folder_with_content_is_not_written_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "photo.jpg").touch()
    with pytest.raises(SystemExit):
        main([str(tmp_path)])
    assert "is not an empty folder: pass a new one" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["photo.jpg"]
