"""What is accepted as a data set, and what is said where it is not."""

import logging
import os
import shutil
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from kennel_training.common.errors import TrainingError
from kennel_training.data.dataset import Dataset, index_dataset
from kennel_training.data.skipped import SkippedFiles
from tests.conftest import make_dataset


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return make_dataset(tmp_path / "photos", {"train": 3, "valid": 2, "test": 2})


def index(data: Path, max_bad: int = 10) -> tuple[Dataset, dict[str, str]]:
    skipped = SkippedFiles(max_bad)
    return index_dataset(data, skipped, workers=2), skipped.reasons


def refused(data: Path, max_bad: int = 10) -> str:
    with pytest.raises(TrainingError) as caught:
        index(data, max_bad)
    return str(caught.value)


def test_classes_are_sorted_and_splits_complete(data: Path):
    dataset, skipped = index(data)
    assert dataset.classes == ("across", "upright")
    assert {split: len(photos) for split, photos in dataset.splits.items()} == {
        "train": 6,
        "valid": 4,
        "test": 4,
    }
    assert [photo.label for photo in dataset.splits["valid"]] == [0, 0, 1, 1]
    assert dataset.splits["train"][0].name == "train/across/0.jpg"
    assert skipped == {}


def test_hidden_and_system_files_are_ignored(data: Path):
    for name in ("._0.jpg", ".DS_Store", "Thumbs.db"):
        (data / "train/across" / name).write_bytes(b"Mac OS X")
    (data / "train/.cache").mkdir()
    (data / "test/__MACOSX").mkdir()
    (data / "test/__MACOSX/._0.jpg").write_bytes(b"Mac OS X")
    dataset, skipped = index(data)
    assert len(dataset.splits["train"]) == 6
    assert skipped == {}
    assert dataset.ignored == (
        "train/across/.DS_Store",
        "train/across/._0.jpg",
        "train/across/Thumbs.db",
        "test/__MACOSX/._0.jpg",
    )


def test_unreadable_files_are_counted_by_name(data: Path):
    (data / "train/across/empty.jpg").touch()
    (data / "train/across/text.jpg").write_text("not a photo")
    dataset, skipped = index(data)
    assert skipped == {
        "train/across/empty.jpg": "empty file",
        "train/across/text.jpg": "not a JPEG, PNG or WebP photo (only these can be served)",
    }
    assert len(dataset.splits["train"]) == 6


def test_files_beside_the_photos_are_ignored_and_counted(
    data: Path, caplog: pytest.LogCaptureFixture
):
    for number in range(20):
        (data / f"train/across/{number}.xml").write_text("<annotation/>")
    (data / "valid/labels.csv").write_text("a,b")
    (data / "valid/README").write_text("about")
    (data / "test/upright/._0.jpg").write_text("macOS")
    # Its content counts, not its name.
    shutil.copyfile(data / "test/across/0.jpg", data / "test/across/photo")
    with caplog.at_level(logging.INFO):
        dataset, skipped = index(data, max_bad=0)
    assert skipped == {}
    assert len(dataset.ignored) == 23
    assert len(dataset.splits["test"]) == 5
    kinds = "20 .xml, 1 .csv, 1 without suffix, 1 hidden or system"
    assert all(kind in caplog.text for kind in kinds.split(", "))


def test_links_to_folders_are_followed_and_circles_end(data: Path, tmp_path: Path):
    elsewhere = (data / "train/across").rename(tmp_path / "elsewhere")
    (data / "train/across").symlink_to(elsewhere)
    (elsewhere / "more").mkdir()
    shutil.copyfile(elsewhere / "0.jpg", elsewhere / "more/9.jpg")
    (elsewhere / "more/back").symlink_to(elsewhere)
    (data / "train/upright/up").symlink_to(data / "train")
    (data / "train/upright/self").symlink_to(".")
    dataset, skipped = index(data)
    names = [photo.name for photo in dataset.splits["train"] if photo.label == 0]
    assert names == [f"train/across/{name}.jpg" for name in ("0", "1", "2", "more/9")]
    assert len(dataset.splits["train"]) == 7
    assert skipped == {}


def test_composed_and_decomposed_names_are_one_class(data: Path):
    composed = unicodedata.normalize("NFC", "Épagneul")
    decomposed = unicodedata.normalize("NFD", composed)
    for split, name in (("train", composed), ("valid", decomposed), ("test", decomposed)):
        (data / split / "across").rename(data / split / name)
    (data / "train" / decomposed).mkdir()
    shutil.copyfile(data / "train/upright/0.jpg", data / "train" / decomposed / "0.jpg")
    dataset, _ = index(data)
    assert dataset.classes == ("upright", composed)
    assert [photo.label for photo in dataset.splits["train"]].count(1) == 4


def test_a_name_that_is_not_utf8_is_refused(data: Path):
    os.rename(bytes(data / "train/across"), bytes(data / "train") + b"/h\xe9t")
    assert "is not named in UTF-8: rename it" in refused(data)


def test_folders_in_class_folders_are_warned_of(data: Path, caplog: pytest.LogCaptureFixture):
    for split in ("train", "valid", "test"):
        for name in ("001.corgi", "002.poodle"):
            shutil.copytree(data / split / "across", data / split / "dogs" / name)
        (data / split / "upright/extra").mkdir()
        (data / split / "upright/0.jpg").rename(data / split / "upright/extra/0.jpg")
    dataset, _ = index(data)
    assert dataset.classes == ("across", "dogs", "upright")
    assert "class folders hold folders of photos: dogs. All that is below" in caplog.text


def test_uneven_classes_are_warned_of(data: Path, caplog: pytest.LogCaptureFixture):
    for number in range(3, 29):
        shutil.copyfile(data / "train/across/0.jpg", data / f"train/across/{number}.jpg")
    index(data)
    assert "uneven" not in caplog.text
    shutil.copyfile(data / "train/across/0.jpg", data / "train/across/29.jpg")
    index(data)
    assert "photos are uneven: 30 of across, but 3 of upright" in caplog.text


def test_files_that_belong_to_no_class_and_no_photo_are_counted_by_name(data: Path):
    shutil.copyfile(data / "train/across/0.jpg", data / "train/stray.jpg")
    (data / "train/across/broken.jpg").symlink_to(data / "nowhere.jpg")
    os.mkfifo(data / "valid/upright/pipe.jpg")
    assert index(data)[1] == {
        "train/stray.jpg": "in no class folder",
        "train/across/broken.jpg": "broken link",
        "valid/upright/pipe.jpg": "not a regular file",
    }


def test_a_folder_that_cannot_be_read_is_no_empty_one(data: Path, monkeypatch: pytest.MonkeyPatch):
    scan = os.scandir
    (data / "train/across/more").mkdir()

    def refuse(path: Any) -> Any:
        if str(path).endswith("more"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(PermissionError, match="train/across/more"):
        index(data)


def test_peculiar_photos_are_counted_by_name(data: Path, caplog: pytest.LogCaptureFixture):
    photo = Image.open(data / "train/across/0.jpg").copy()
    folder = data / "train/across"
    exif = Image.Exif()
    exif[0x0112] = 6
    photo.convert("CMYK").save(folder / "cmyk.jpg")
    photo.convert("L").save(folder / "grey.png")
    transparent = photo.copy()
    transparent.putalpha(128)
    transparent.save(folder / "alpha.webp")
    photo.save(folder / "turned.jpg", exif=exif)
    photo.save(folder / "animated.webp", save_all=True, append_images=[photo.rotate(90)])
    photo.save(folder / "really-a-png.jpg", format="PNG")
    Image.fromarray(np.ones((9, 9), np.uint16)).save(folder / "deep.png")
    with caplog.at_level(logging.INFO):
        dataset, skipped = index(data)
    assert skipped == {}
    assert dataset.peculiarities == {
        "16-bit": ["train/across/deep.png"],
        "CMYK": ["train/across/cmyk.jpg"],
        "PNG under another suffix": ["train/across/really-a-png.jpg"],
        "animated (the first frame counts)": ["train/across/animated.webp"],
        "grey": ["train/across/grey.png"],
        "transparent": ["train/across/alpha.webp"],
        "turned by EXIF": ["train/across/turned.jpg"],
    }
    assert "Photos that are CMYK (1): train/across/cmyk.jpg" in caplog.text


def test_the_same_photo_in_two_classes_is_reported(data: Path, caplog: pytest.LogCaptureFixture):
    shutil.copyfile(data / "train/across/0.jpg", data / "train/upright/again.jpg")
    dataset, _ = index(data)
    assert dataset.conflicts == (("train/across/0.jpg", "train/upright/again.jpg"),)
    assert dataset.duplicates == ()
    assert "the same photo in two classes (1): train/across/0.jpg = " in caplog.text


def test_more_bad_files_than_allowed_fail(data: Path):
    for number in range(3):
        (data / f"train/across/bad-{number}.jpg").touch()
    assert len(index(data, max_bad=3)[1]) == 3
    message = refused(data, max_bad=2)
    assert "3 files cannot be read, one more than --max-bad 2 allows" in message
    assert "train/across/bad-0.jpg (empty file)" in message


def test_a_wrong_file_name_does_not_matter(data: Path):
    Image.new("RGB", (40, 40)).save(data / "train/across/really-a-png.jpg", format="PNG")
    assert len(index(data)[0].splits["train"]) == 7


@pytest.mark.parametrize("split", ["train", "valid", "test"])
def test_a_class_missing_in_one_split_is_named(data: Path, split: str):
    shutil.rmtree(data / split / "upright")
    message = refused(data)
    assert f"{data / split} lacks upright" in message


def test_an_additional_class_in_one_split_is_named(data: Path):
    (data / "train/third").mkdir()
    message = refused(data)
    assert f"{data / 'valid'} lacks third" in message
    assert f"{data / 'test'} lacks third" in message


def test_one_class_is_not_enough(tmp_path: Path, data: Path):
    for split in ("train", "valid", "test"):
        shutil.rmtree(data / split / "upright")
    assert "only the class 'across'" in refused(data)


def test_splits_must_be_there(tmp_path: Path, data: Path):
    shutil.rmtree(data / "valid")
    assert f"{data} has no folder valid/" in refused(data)
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "has no folder train/, valid/, test/" in refused(empty)


def test_splits_without_class_folders_are_refused(tmp_path: Path):
    for split in ("train", "valid", "test"):
        (tmp_path / split).mkdir()
    assert "no class folder" in refused(tmp_path)


def test_a_class_without_a_photo_is_named(data: Path):
    for photo in (data / "test/upright").iterdir():
        photo.unlink()
    assert f"no readable photo in {data / 'test'} for upright" in refused(data)


def test_a_class_whose_photos_are_all_bad_is_named(data: Path):
    for photo in (data / "valid/across").iterdir():
        photo.write_bytes(b"")
    assert f"no readable photo in {data / 'valid'} for across" in refused(data)


def test_duplicates_across_splits_are_reported(data: Path, caplog: pytest.LogCaptureFixture):
    shutil.copyfile(data / "train/across/0.jpg", data / "test/across/again.jpg")
    with caplog.at_level(logging.WARNING):
        dataset, _ = index(data)
    assert dataset.duplicates == (("train/across/0.jpg", "test/across/again.jpg"),)
    assert "train/across/0.jpg = test/across/again.jpg" in caplog.text


def test_the_fingerprint_follows_content_and_class(data: Path):
    before = index(data)[0].fingerprint
    assert index(data)[0].fingerprint == before
    (data / "train/across/0.jpg").rename(data / "train/upright/moved.jpg")
    assert index(data)[0].fingerprint != before
