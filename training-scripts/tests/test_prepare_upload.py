"""A prepared folder in S3: complete, resumable, and honest about what S3 refuses."""

from pathlib import Path
from typing import Any

import pytest

from kennel_training.prepare import upload as uploads
from tests.aws import BUCKET, answering, keys, use_endpoint
from tests.conftest import read_json
from tests.test_prepare import classes, folder, photo, prepare, tree

ADDRESS = f"s3://{BUCKET}/data"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return folder(tmp_path / "source", classes())


def test_everything_arrives_and_the_manifest_last(
    s3: Any, source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    data = tmp_path / "data"
    status, out = prepare(capsys, source, data, "--upload", f"{ADDRESS}/")
    assert status == 0, out
    assert f"Uploaded to {ADDRESS}: 20 files sent, 0 were there already" in out
    manifest: Any = read_json(data / "manifest.json")
    assert sorted(keys(s3)) == sorted(f"data/{n}" for n in [*manifest["files"], "manifest.json"])
    for name, content in tree(data).items():
        arrived = s3.get_object(Bucket=BUCKET, Key=f"data/{name}")
        assert arrived["Body"].read() == content
        assert arrived["Metadata"]["sha256"] == manifest["files"][name]["sha256"]
    times = {
        entry["Key"]: entry["LastModified"]
        for entry in s3.list_objects_v2(Bucket=BUCKET)["Contents"]
    }
    assert max(times.values()) == times["data/manifest.json"]


def test_only_what_is_missing_or_different_is_sent_again(
    s3: Any, source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    data = tmp_path / "data"
    prepare(capsys, source, data, "--upload", ADDRESS)
    names = sorted(tree(data))
    s3.delete_object(Bucket=BUCKET, Key=f"data/{names[0]}")
    size = len((data / names[1]).read_bytes())
    s3.put_object(Bucket=BUCKET, Key=f"data/{names[1]}", Body=bytes(size))
    # As under a KMS key: the ETag is not a checksum, the metadata is.
    digest = read_json(data / "manifest.json")["files"][names[2]]["sha256"]  # type: ignore[index]
    s3.put_object(
        Bucket=BUCKET, Key=f"data/{names[2]}", Body=bytes(size + 1), Metadata={"sha256": digest}
    )
    status, out = prepare(capsys, source, data, "--upload", ADDRESS)
    assert status == 0, out
    assert "3 files sent, 17 were there already" in out
    for name, content in tree(data).items():
        assert s3.get_object(Bucket=BUCKET, Key=f"data/{name}")["Body"].read() == content


def test_an_upload_that_broke_off_goes_on(
    s3: Any,
    source: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    data = tmp_path / "data"
    put = uploads._put
    left = 8

    def breaking(client: Any, location: Any, name: str, *content: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise uploads.TrainingError("broken off")
        put(client, location, name, *content)

    monkeypatch.setattr(uploads, "CONNECTIONS", 1)
    monkeypatch.setattr(uploads, "_put", breaking)
    status, out = prepare(capsys, source, data, "--upload", ADDRESS)
    assert status == 1
    assert "data/manifest.json" not in keys(s3)
    monkeypatch.setattr(uploads, "_put", put)
    status, out = prepare(capsys, source, data, "--upload", ADDRESS)
    assert status == 0
    assert "12 files sent, 8 were there already" in out


def test_what_is_not_part_of_it_is_named(
    s3: Any, source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    s3.put_object(Bucket=BUCKET, Key="data/train/cat/1.jpg", Body=photo("cat"))
    status, out = prepare(capsys, source, tmp_path / "data", "--upload", ADDRESS)
    assert status == 0
    assert "holds other files (1), which a training job would also read: train/cat/1.jpg" in out


@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        (403, "AccessDenied", f"the role needs s3:ListBucket on arn:aws:s3:::{BUCKET} "),
        (404, "NoSuchBucket", f"there is no bucket {BUCKET}"),
    ],
)
def test_a_refusal_names_what_is_missing(
    source: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    code: str,
    message: str,
):
    with answering(status, code) as url:
        use_endpoint(monkeypatch, url)
        result, out = prepare(capsys, source, tmp_path / "data", "--upload", ADDRESS)
    assert result == 1
    assert message in out
    # The folder itself is whole; the same command uploads it later.
    assert len(tree(tmp_path / "data")) == 20


def test_a_file_that_has_changed_is_not_sent(
    s3: Any, source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    data = tmp_path / "data"
    assert prepare(capsys, source, data)[0] == 0
    next(iter(data.glob("train/beagle/*"))).write_bytes(photo("other"))
    status, out = prepare(capsys, source, data, "--upload", ADDRESS)
    assert status == 1
    assert "(changed)" in out
    assert keys(s3) == []
