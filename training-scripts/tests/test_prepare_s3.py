"""Photos that are prepared from S3."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from kennel_training.prepare.main import main
from tests.aws import BUCKET, answering, use_endpoint
from tests.conftest import read_json


def prepare(source: str, data: Path, *more: str) -> int:
    return main(["--source", source, "--data", str(data), *more], {})


def test_a_folder_in_s3_is_a_source(s3: Any, photos: Path, tmp_path: Path):
    for path in photos.rglob("*.jpg"):
        s3.upload_file(str(path), BUCKET, f"dogs/{path.relative_to(photos)}")
    s3.put_object(Bucket=BUCKET, Key="dogs-of-others/train/cat/0.jpg", Body=b"")
    assert prepare(f"s3://{BUCKET}/dogs/", tmp_path / "data") == 0
    manifest = read_json(tmp_path / "data/manifest.json")
    assert manifest["source"] == f"s3://{BUCKET}/dogs/"
    assert len(manifest["files"]) == 40
    assert prepare(f"s3://{BUCKET}/dogs/", tmp_path / "data") == 0, "a second time"


def test_an_archive_in_s3_is_a_source(s3: Any, photos: Path, tmp_path: Path):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path in photos.rglob("*.jpg"):
            archive.write(path, path.relative_to(photos))
    s3.put_object(Bucket=BUCKET, Key="sets/dogs.zip", Body=content.getvalue())
    assert prepare(f"s3://{BUCKET}/sets/dogs.zip", tmp_path / "data") == 0
    assert len(read_json(tmp_path / "data/manifest.json")["files"]) == 40


def test_nothing_there_is_one_message(s3: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert prepare(f"s3://{BUCKET}/nothing", tmp_path / "data") == 1
    assert "there are no objects below this address" in capsys.readouterr().err
    assert prepare("s3://no-such-bucket-here/dogs", tmp_path / "data") == 1
    assert "there is no bucket no-such-bucket-here" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_refusal_names_the_permission(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    with answering(403, "AccessDenied") as url:
        use_endpoint(monkeypatch, url)
        assert prepare(f"s3://{BUCKET}/dogs", tmp_path / "data") == 1
    assert "the role needs s3:GetObject on" in capsys.readouterr().err
