"""From a folder or an archive to three splits: what is kept, divided, skipped and refused."""

import fcntl
import io
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tarfile
import time
import zipfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from kennel_training.data.dataset import index_dataset
from kennel_training.data.skipped import SkippedFiles
from kennel_training.prepare.main import main
from tests.conftest import SCRIPTS, environment, read_json

Files = Mapping[str, bytes]


def photo(key: str, kind: str = "JPEG") -> bytes:
    """A small photo of its own colours."""
    image = Image.frombytes("RGB", (12, 10), random.Random(key).randbytes(360))
    content = io.BytesIO()
    image.save(content, kind)
    return content.getvalue()


def classes(count: int = 10, *names: str) -> dict[str, bytes]:
    names = names or ("beagle", "corgi")
    return {f"{name}/{n}.jpg": photo(f"{name} {n}") for name in names for n in range(count)}


def folder(path: Path, files: Files) -> Path:
    for name, content in files.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return path


def zipped(path: Path, files: Files) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def tarred(path: Path, files: Files) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def prepare(
    capsys: pytest.CaptureFixture[str], source: Path | str, data: Path, *more: str
) -> tuple[int, str]:
    """Run in this process; the status and everything printed."""
    command = ["--source", str(source), "--data", str(data), *more]
    status = main(command, environment(data.parent / "nowhere"))
    captured = capsys.readouterr()
    return status, captured.out + captured.err


def prepared(capsys: pytest.CaptureFixture[str], source: Path, data: Path, *more: str) -> Any:
    """The manifest of a preparation that succeeds."""
    status, out = prepare(capsys, source, data, *more)
    assert status == 0, out
    return read_json(data / "manifest.json")


def refused(capsys: pytest.CaptureFixture[str], source: Path, data: Path, *more: str) -> str:
    """What is said of a preparation that fails and leaves nothing in its place."""
    status, out = prepare(capsys, source, data, *more)
    assert status == 1, out
    assert "Traceback" not in out
    assert not data.exists()
    return out


def tree(data: Path) -> dict[str, bytes]:
    return {
        path.relative_to(data).as_posix(): path.read_bytes()
        for path in data.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }


@pytest.mark.parametrize("pack", [folder, zipped, tarred])
def test_every_kind_of_source_gives_the_same_splits(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], pack: Any
):
    files = {f"dogs/photos/{name}": content for name, content in classes().items()}
    manifest = prepared(capsys, pack(tmp_path / "source", files), tmp_path / "data")
    assert manifest["classes"] == ["beagle", "corgi"]
    assert manifest["photos"]["train"] == {"beagle": 8, "corgi": 8}
    assert manifest["photos"]["valid"] == manifest["photos"]["test"] == {"beagle": 1, "corgi": 1}
    # The checksum of all contents at their places, whatever the source was.
    places = sorted((name, entry["sha256"]) for name, entry in manifest["files"].items())
    reference = prepared(capsys, folder(tmp_path / "plain", classes()), tmp_path / "reference")
    assert places == sorted((n, entry["sha256"]) for n, entry in reference["files"].items())
    assert sorted(p.name for p in tmp_path.glob("data*")) == ["data"]
    # Training takes it as it is.
    dataset = index_dataset(tmp_path / "data", SkippedFiles(0), workers=2)
    assert dataset.duplicates == ()


def test_the_table_and_the_manifest(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    files = {**classes(), "beagle/empty.jpg": b"", "beagle/._1.jpg": b"Mac", "README.md": b"hello"}
    status, out = prepare(capsys, folder(tmp_path / "source", files), tmp_path / "data")
    assert status == 0
    lines = [line.split() for line in out.splitlines()]
    assert ["class", "train", "valid", "test"] in lines
    assert ["beagle", "8", "1", "1"] in lines
    assert ["2", "classes", "16", "2", "2"] in lines
    assert "Skipped (1): beagle/empty.jpg" in out
    assert "Ignored files: 1 macOS, 1 other" in out
    manifest: Any = read_json(tmp_path / "data/manifest.json")
    assert manifest["skipped"] == {"beagle/empty.jpg": "empty file"}
    assert manifest["ignored"] == {"macOS": ["beagle/._1.jpg"], "other": ["README.md"]}
    assert manifest["seed"] == 0
    assert tree(tmp_path / "data").keys() == manifest["files"].keys()


def test_splits_that_are_there_are_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    files = {}
    for split, count in (("Training", 5), ("val", 2), ("test", 3)):
        for name, content in classes(count).items():
            files[f"{split}/{name}"] = content + split.encode()
    manifest = prepared(capsys, zipped(tmp_path / "source.zip", files), tmp_path / "data")
    assert manifest["photos"] == {
        "train": {"beagle": 5, "corgi": 5},
        "valid": {"beagle": 2, "corgi": 2},
        "test": {"beagle": 3, "corgi": 3},
    }
    assert tree(tmp_path / "data")["valid/corgi/1.jpg"] == files["val/corgi/1.jpg"]


def test_a_missing_split_is_taken_from_train(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    files = {f"train/{name}": content for name, content in classes(9).items()}
    files |= {f"test/{name}": content + b"test" for name, content in classes(4).items()}
    manifest = prepared(capsys, folder(tmp_path / "source", files), tmp_path / "data")
    assert manifest["photos"]["train"] == {"beagle": 8, "corgi": 8}
    assert manifest["photos"]["valid"] == {"beagle": 1, "corgi": 1}
    assert manifest["photos"]["test"] == {"beagle": 4, "corgi": 4}


def test_the_split_depends_on_content_and_seed_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    files = classes(20)
    other_names = {f"{n.split('/')[0]}/z{i}.jpg": c for i, (n, c) in enumerate(files.items())}
    splits = []
    for number, (content, seed) in enumerate([(files, 0), (other_names, 0), (files, 1)]):
        source = folder(tmp_path / f"source{number}", content)
        manifest = prepared(
            capsys, source, tmp_path / f"data{number}", "--seed", str(seed), "--workers", "3"
        )
        by_split = defaultdict(set)
        for name, entry in manifest["files"].items():
            by_split[name.split("/")[0]].add(entry["sha256"])
        splits.append(by_split)
    assert splits[0] == splits[1]
    assert splits[0] != splits[2]


@pytest.mark.parametrize("fractions", ["0.8,0.1,0.1", "0.34,0.33,0.33", "0.02,0.9,0.08"])
def test_the_share_of_each_split_is_alike_in_all_classes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], fractions: str
):
    counts = {"a": 3, "b": 4, "c": 11, "d": 40}
    files = {n: c for name, count in counts.items() for n, c in classes(count, name).items()}
    source = folder(tmp_path / "source", files)
    manifest = prepared(capsys, source, tmp_path / "data", "--fractions", fractions)
    for split, fraction in zip(("train", "valid", "test"), fractions.split(","), strict=True):
        for name, count in counts.items():
            share = manifest["photos"][split][name]
            # At least one, which of three photos is a third.
            assert share >= 1
            assert abs(share - float(fraction) * count) <= 2
    assert sum(map(sum, (p.values() for p in manifest["photos"].values()))) == 58


def test_equal_photos_land_in_one_split(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    files = classes(12)
    for number in range(4):
        for copy in "xyz":
            files[f"beagle/{number}{copy}.jpg"] = files[f"beagle/{number}.jpg"]
        files[f"corgi/other{number}.jpg"] = files[f"beagle/{number}.jpg"]
    status, out = prepare(capsys, folder(tmp_path / "source", files), tmp_path / "data")
    assert status == 0, out
    manifest: Any = read_json(tmp_path / "data/manifest.json")
    splits = defaultdict(set)
    for name, entry in manifest["files"].items():
        splits[entry["sha256"]].add(name.split("/")[0])
    assert all(len(found) == 1 for found in splits.values())
    assert len(manifest["files"]) == len(files)
    assert len(manifest["duplicates_across_classes"]) == 4
    assert "Warning: the same photo in two classes (4): " in out


def test_duplicates_across_splits_that_are_kept_are_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    files = {
        f"{s}/{n}": c + s.encode()
        for s in ("train", "valid", "test")
        for n, c in classes(3).items()
    }
    files["test/beagle/again.jpg"] = files["train/beagle/0.jpg"]
    status, out = prepare(capsys, folder(tmp_path / "source", files), tmp_path / "data")
    assert status == 0
    assert "the same photo in two splits (1): test/beagle/again.jpg = train/beagle/0.jpg" in out


def test_names_that_collide_or_belie_the_content(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    files = classes(6)
    files["beagle/IMG.jpg"], files["beagle/img.JPG"] = photo("upper"), photo("lower")
    files["corgi/really.jpg"] = photo("png", "PNG")
    files["corgi/no-suffix"] = photo("bare")
    files["corgi/deep/er/what?.jpg"] = photo("deep")
    manifest = prepared(
        capsys, zipped(tmp_path / "s.zip", files), tmp_path / "data", "--fractions", "0.6,0.2,0.2"
    )
    found = tree(tmp_path / "data")
    assert sorted(found.values()) == sorted(files.values())
    folded = [name.casefold() for name in found]
    assert len(set(folded)) == len(folded)
    renamed = {old: new.split("/")[-1] for old, new in manifest["renamed"].items()}
    assert renamed["corgi/really.jpg"] == "really.png"
    assert renamed["corgi/no-suffix"] == "no-suffix.jpg"
    assert renamed["corgi/deep/er/what?.jpg"] == "deep_er_what_.jpg"


def test_both_forms_of_an_accent_are_one_class(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    composed, decomposed = "\u00e9t\u00e9", "e\u0301te\u0301"
    files = {**classes(6, "a"), f"{composed}/0.jpg": photo("0")}
    files |= {f"{decomposed}/{n}.jpg": photo(f"x {n}") for n in range(1, 6)}
    manifest = prepared(capsys, zipped(tmp_path / "s.zip", files), tmp_path / "data")
    assert manifest["classes"] == ["a", composed]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"notes.txt": b"text"}, "the source holds no readable photo"),
        (classes(5, "beagle"), "only the class 'beagle'"),
        ({"1.jpg": photo("1"), "2.jpg": photo("2")}, "no class folder"),
        ({**classes(5), "Beagle/9.jpg": photo("9")}, "Beagle, beagle differ in upper and lower"),
        ({**classes(5), **classes(2, "small")}, "too few different photos of small: a class"),
        (
            {**classes(5), **{f"small/{n}.jpg": photo("same") for n in range(9)}},
            "too few different photos of small",
        ),
        (
            {f"train/{n}": c for n, c in classes(5).items()} | classes(2, "cat"),
            "train/ beside cat",
        ),
        (
            {f"{s}/{n}": c for s in ("train", "val", "valid") for n, c in classes(2).items()},
            "val, valid, which all mean valid",
        ),
        (
            {f"train/{n}": c for n, c in classes(5).items()} | {"test/beagle/x.jpg": photo("x")},
            "test lacks corgi",
        ),
        ({**classes(), **{f"corgi/bad{n}.jpg": b"" for n in range(3)}}, "--max-bad 2 allows"),
    ],
)  # fmt: skip
def test_what_cannot_be_split_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], files: Files, message: str
):
    source = zipped(tmp_path / "source.zip", files)
    assert message in refused(capsys, source, tmp_path / "data", "--max-bad", "2")


@pytest.mark.parametrize("name", ["../out.jpg", "a/../../out.jpg", "/out.jpg", "C:\\out.jpg"])
@pytest.mark.parametrize("pack", [zipped, tarred])
def test_an_archive_that_points_outside_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], pack: Any, name: str
):
    (tmp_path / "in").mkdir()
    source = pack(tmp_path / "in/source", {**classes(), name: photo("evil")})
    out = refused(capsys, source, tmp_path / "in/data")
    assert "which points outside of it" in out
    assert not (tmp_path / "out.jpg").exists()
    assert not (tmp_path / "in/out.jpg").exists()


def test_links_in_an_archive_are_skipped_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    secret = tmp_path / "secret.jpg"
    secret.write_bytes(photo("secret"))
    source = tarred(tmp_path / "source.tgz", classes())
    with tarfile.open(tmp_path / "links.tar", "w") as archive, tarfile.open(source) as plain:
        for info in plain:
            archive.addfile(info, plain.extractfile(info))
        for kind, name in ((tarfile.SYMTYPE, "soft"), (tarfile.LNKTYPE, "hard")):
            info = tarfile.TarInfo(f"corgi/{name}.jpg")
            info.type, info.linkname = kind, str(secret)
            archive.addfile(info)
    manifest = prepared(capsys, tmp_path / "links.tar", tmp_path / "data")
    assert manifest["skipped"] == {"corgi/soft.jpg": "link", "corgi/hard.jpg": "link"}
    assert secret.read_bytes() not in tree(tmp_path / "data").values()

    with zipfile.ZipFile(zipped(tmp_path / "links.zip", classes()), "a") as archive:
        info = zipfile.ZipInfo("corgi/soft.jpg")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, str(secret))
    manifest = prepared(capsys, tmp_path / "links.zip", tmp_path / "data2")
    assert manifest["skipped"] == {"corgi/soft.jpg": "symbolic link"}


def test_bombs_stop_at_the_limits(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(30):
            archive.writestr(f"beagle/{number}.jpg", bytes(1_000_000))
    limit = ("--max_gigabytes", "0.01", "--max-bad", "100")
    out = refused(capsys, tmp_path / "bomb.zip", tmp_path / "data", *limit)
    assert "the source unpacks to more than 0.01 GB: raise --max_gigabytes" in out
    source = zipped(tmp_path / "many.zip", classes(20))
    out = refused(capsys, source, tmp_path / "data", "--max_files", "39")
    assert "more than 39 files" in out

    # A file alone is no larger in memory than a photo can be.
    monkeypatch.setattr("kennel_training.prepare.intake.LARGEST_FILE", 1000)
    source = zipped(tmp_path / "large.zip", {**classes(), "corgi/large.jpg": bytes(2000)})
    manifest = prepared(capsys, source, tmp_path / "data")
    assert manifest["skipped"].keys() == {"corgi/large.jpg"}


def test_damage_within_an_archive_is_named_and_damage_of_it_all_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    source = zipped(tmp_path / "source.zip", classes())
    content = source.read_bytes()
    first = classes()["beagle/0.jpg"]
    position = content.index(first) + len(first) // 2
    source.write_bytes(content[:position] + b"\xff\xff\xff" + content[position + 3 :])
    manifest = prepared(capsys, source, tmp_path / "data")
    assert "Bad CRC-32" in manifest["skipped"]["beagle/0.jpg"]

    source.write_bytes(content[: len(content) // 2])
    out = refused(capsys, source, tmp_path / "data2")
    assert "neither a folder nor a whole zip or tar file" in out
    source = tarred(tmp_path / "source.tgz", classes())
    source.write_bytes(source.read_bytes()[:-900])
    assert "is damaged or incomplete" in refused(capsys, source, tmp_path / "data2")


def test_a_second_run_verifies_what_the_first_has_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    source, data = zipped(tmp_path / "source.zip", classes()), tmp_path / "data"
    prepared(capsys, source, data)
    status, out = prepare(capsys, source, data)
    assert status == 0
    assert "all 20 files are as they were" in out

    status, out = prepare(capsys, source, data, "--seed", "1")
    assert status == 1
    assert "was prepared from source.zip or with other settings" in out
    changed, missing = sorted(data.glob("train/beagle/*"))[:2]
    changed.write_bytes(b"x")
    missing.unlink()
    status, out = prepare(capsys, source, data)
    assert status == 1
    assert f"{changed.relative_to(data)} (changed), {missing.relative_to(data)} (missing)" in out
    (data / "manifest.json").unlink()
    status, out = prepare(capsys, source, data)
    assert status == 1
    assert "holds files, but no manifest.json" in out


def test_source_and_result_must_lie_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    source = folder(tmp_path / "source", classes())
    for data in (source, source / "data", tmp_path):
        status, out = prepare(capsys, source, data)
        assert status == 2
        assert "must not lie in each other" in out


def start(source: Path, data: Path) -> subprocess.Popen[str]:
    command = [sys.executable, str(SCRIPTS / "prepare.py"), "--workers", "1"]
    return subprocess.Popen(
        [*command, "--source", str(source), "--data", str(data)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_failure_leaves_nothing_that_another_attempt_would_not_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    data, staging = tmp_path / "data", tmp_path / "data.preparing"
    (tmp_path / "text.zip").write_text("not an archive")
    refused(capsys, tmp_path / "text.zip", data)
    assert not staging.exists()
    one = folder(tmp_path / "one", {f"corgi/{n}.jpg": photo(f"{n}") for n in range(5)})
    assert "only the class 'corgi'" in refused(capsys, one, data)
    assert not staging.exists()
    # With a higher --max-bad, what has been checked counts.
    bad = folder(tmp_path / "bad", {**classes(), "corgi/z.jpg": b""})
    refused(capsys, bad, data, "--max-bad", "0")
    assert staging.exists()
    prepared(capsys, bad, data, "--max-bad", "1")
    assert not staging.exists()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_run_that_was_stopped_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], number: signal.Signals
):
    files = {name: content + bytes(200) for name, content in classes(400).items()}
    source, data = zipped(tmp_path / "source.zip", files), tmp_path / "data"
    process = start(source, data)
    photos = tmp_path / "data.preparing/photos"
    while process.poll() is None and len(list(photos.glob("*"))) < 20:
        time.sleep(0.005)
    process.send_signal(number)
    _, error = process.communicate(timeout=30)
    assert process.returncode == (-9 if number == signal.SIGKILL else 143), error
    assert not data.exists()
    if number == signal.SIGTERM:
        assert error == "Stopped by SIGTERM; the same command goes on where it stopped\n"
    # As a loss of power may leave it.
    next(photos.glob("[!.]*")).write_bytes(b"")

    status, out = prepare(capsys, source, data)
    assert status == 0, out
    assert "photos were checked by an earlier run" in out
    reference = prepared(capsys, folder(tmp_path / "plain", files), tmp_path / "reference")
    assert tree(data) == tree(tmp_path / "reference")
    assert len(reference["files"]) == 800
    assert not (tmp_path / "data.preparing").exists()


def test_a_second_process_keeps_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    source = zipped(tmp_path / "source.zip", classes())
    (tmp_path / "data.preparing").mkdir()
    with (tmp_path / "data.preparing/lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "another prepare.py works in" in refused(capsys, source, tmp_path / "data")
    prepared(capsys, source, tmp_path / "data")


def test_a_full_disk_is_one_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    source = zipped(tmp_path / "source.zip", classes())
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    # No file may grow beyond this: the write fails as on a full disk.
    resource.setrlimit(resource.RLIMIT_FSIZE, (600, before[1]))
    try:
        status, out = prepare(capsys, source, tmp_path / "data")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert status == 1
    assert "File too large" in out
    assert "Traceback" not in out
    assert not (tmp_path / "data").exists()
    prepared(capsys, source, tmp_path / "data")


def test_too_little_room_is_said_before_unpacking(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    out = refused(capsys, folder(tmp_path / "source", classes()), tmp_path / "data")
    assert "0 MB are free: make room or pass another folder with --data" in out


def test_an_unwritable_place_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "file").touch()
    source = zipped(tmp_path / "source.zip", classes())
    status, out = prepare(capsys, source, tmp_path / "file/data")
    assert status == 1
    assert "Not a directory" in out
    assert "--data" in out


def test_odd_files_of_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    source = folder(tmp_path / "source", classes())
    (source / "corgi/broken.jpg").symlink_to(tmp_path / "nowhere.jpg")
    (source / "corgi/linked.jpg").symlink_to(folder(tmp_path, {"x.jpg": photo("x")}) / "x.jpg")
    os.mkfifo(source / "corgi/pipe.jpg")
    manifest = prepared(capsys, source, tmp_path / "data")
    assert manifest["skipped"] == {
        "corgi/broken.jpg": "broken link",
        "corgi/pipe.jpg": "not a regular file",
    }
    assert photo("x") in tree(tmp_path / "data").values()


def test_wrong_settings_are_named_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    command = ["--fractions", "0.5,0.5", "--sha256", "12", "--upload", "bucket", "dogs.zip"]
    assert main(command, environment(tmp_path)) == 2
    error = capsys.readouterr().err
    assert "Error: 5 wrong settings" in error
    assert "--fractions '0.5,0.5': not three fractions" in error
    assert "--sha256 '12': not a SHA-256" in error
    assert "--upload 'bucket': not an address in S3, allowed is s3://BUCKET/PREFIX" in error
    assert "'dogs.zip' belongs to no option; for example --source dogs.zip" in error
