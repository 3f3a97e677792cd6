"""Where photos are found, and what is said where they are not."""

import json
import logging
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kennel_training.common.errors import TrainingError
from kennel_training.data.dataset import index_dataset
from kennel_training.data.locate import existing_photos, find_photos
from kennel_training.data.skipped import SkippedFiles
from tests.conftest import make_dataset


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return make_dataset(tmp_path / "dogImages", {"train": 3, "valid": 3, "test": 3})


def refused(data: Path) -> str:
    with pytest.raises(TrainingError) as caught:
        index_dataset(find_photos(data), SkippedFiles(10), workers=2)
    return str(caught.value)


def test_the_splits_are_found_from_around_and_from_inside(
    data: Path, caplog: pytest.LogCaptureFixture
):
    assert find_photos(data) == data
    assert caplog.text == ""
    (data.parent / "__MACOSX").mkdir()
    with caplog.at_level(logging.INFO):
        for near in (data.parent, data / "train", data / "valid", data / "test"):
            assert find_photos(near) == data
    assert f"Taking the photos in {data}, which holds train/, valid/ and test/" in caplog.text


def test_two_data_sets_beside_each_other_are_not_guessed_at(data: Path):
    shutil.copytree(data, data.parent / "other")
    assert find_photos(data.parent) == data.parent
    assert find_photos(data / "train/across") == data / "train/across"


@pytest.mark.parametrize(
    "missing", [("valid",), ("valid", "test"), ("train", "valid", "test")], ids=len
)
def test_what_is_missing_is_made_by_the_command_in_the_message(data: Path, missing: tuple[str]):
    if "train" in missing:
        data = (data / "train").rename(data.parent / "all my photos")
    else:
        for split in missing:
            shutil.rmtree(data / split)
    message = refused(data)
    assert f"{data} has no folder " in message
    command = message.partition("to make them of what is there: ")[2].partition(", and then")[0]
    words = shlex.split(command)
    assert words[0] == "python"
    subprocess.run([sys.executable, *words[1:]], check=True, capture_output=True)
    made = Path(words[words.index("--data") + 1])
    assert shlex.split(message.rpartition("train with ")[2]) == ["--data", str(made)]
    assert len(index_dataset(made, SkippedFiles(0), workers=2).classes) == 2


def test_names_that_prepare_knows_are_its_business(data: Path):
    (data / "valid").rename(data / "validation")
    assert "has no folder valid/" in refused(data)
    for near in (data, data / "train", data / "validation"):
        assert f"prepare.py --source {data} --data {data}-prepared, and" in refused(near)


def test_an_empty_folder_is_told_by_an_example(tmp_path: Path):
    assert f"for example {tmp_path / 'train/cat/1.jpg'}" in refused(tmp_path)


def test_a_job_may_call_its_channels_as_the_sdk_does(data: Path, tmp_path: Path):
    channels = tmp_path / "ml/input/data"
    shutil.copytree(data, channels / "train")
    assert find_photos(existing_photos(f"{channels}/training")) == channels / "train"
    shutil.rmtree(channels)
    for split in ("train", "valid", "test"):
        shutil.copytree(data / split, channels / split)
    for given in ("training", "train"):
        assert find_photos(existing_photos(f"{channels}/{given}")) == channels


def test_a_channel_of_another_name_is_told(data: Path, tmp_path: Path):
    channels = tmp_path / "ml/input/data"
    for split in ("train", "valid", "test"):
        shutil.copytree(data / split, channels / split.replace("valid", "validation"))
    message = refused(existing_photos(f"{channels}/training"))
    assert "the job has the channels test, train, validation: call them train, valid and" in message


def test_the_channels_that_are_there_are_listed(tmp_path: Path):
    for name in ("photos", "more"):
        (tmp_path / "input/data" / name).mkdir(parents=True)
    with pytest.raises(ValueError, match="channels more, photos: call them train, valid and test"):
        existing_photos(f"{tmp_path}/input/data/training")


def test_pipe_mode_is_named(tmp_path: Path):
    (tmp_path / "input/config").mkdir(parents=True)
    (tmp_path / "input/data").mkdir()
    config = tmp_path / "input/config/inputdataconfig.json"
    for mode, expected in (("Pipe", "Pipe mode: set its TrainingInputMode"), ("File", "folder")):
        config.write_text(json.dumps({"training": {"TrainingInputMode": mode}}))
        with pytest.raises(ValueError, match=f"no such folder.*{expected}|^no such {expected}$"):
            existing_photos(f"{tmp_path}/input/data/training")


def test_a_data_set_in_the_working_directory_is_named(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(data.parent)
    with pytest.raises(ValueError, match="no such folder; here is --data dogImages"):
        existing_photos(f"{tmp_path}/ml/input/data/training")
