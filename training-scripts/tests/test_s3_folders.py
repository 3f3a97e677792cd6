"""Photos from S3, and a model to S3; refused before training where that cannot be."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from kennel_training.data import dataset
from kennel_training.data.origin import ORIGIN
from kennel_training.main import main
from kennel_training.model.directory import FILES
from kennel_training.quantization import main as quantization_main
from kennel_training.s3 import folders as s3_folders
from kennel_training.tuning import main as tuning_main
from tests.aws import BUCKET, answering, keys, use_endpoint
from tests.conftest import arguments, environment

pytestmark = pytest.mark.usefixtures("shallow_network")


def put_photos(s3: Any, photos: Path, prefix: str) -> None:
    s3.put_object(Bucket=BUCKET, Key=f"{prefix}/", Body=b"")
    for path in photos.rglob("*.jpg"):
        s3.upload_file(str(path), BUCKET, f"{prefix}/{path.relative_to(photos)}")


def train(
    capsys: pytest.CaptureFixture[str], data: str, base: Path, *more: str, **variables: str
) -> tuple[int, str]:
    command = [word for word in arguments(Path("DATA"), base, *more) if word != "DATA"]
    command[command.index("--data")] = f"--data={data}"
    if variables:
        place = command.index("--model_dir")
        del command[place : place + 2]
    status = main(command, {**environment(base), **variables})
    captured = capsys.readouterr()
    return status, captured.out + captured.err


def test_photos_come_from_s3_and_the_model_goes_there(
    s3: Any, photos: Path, base: Path, capsys: pytest.CaptureFixture[str]
):
    put_photos(s3, photos, "dogs/dogImages")
    bucket = f"s3://{BUCKET}"
    status, out = train(
        capsys,
        f"{bucket}/dogs",
        base,
        f"--output_dir={bucket}/out/",
        SM_MODEL_DIR=f"{bucket}/model/",
    )
    assert status == 0, out
    assert f"Downloaded {bucket}/dogs to {base}/s3/{BUCKET}/dogs: 40 files, 0 were there" in out
    assert f"Uploaded 5 files of --model_dir to {bucket}/model" in out
    assert sorted(keys(s3, "model/")) == sorted(f"model/{name}" for name in (*FILES, ORIGIN))
    assert {"out/report.html", "out/run.json"} <= set(keys(s3, "out/"))
    # Also where SageMaker packs it from.
    model = (base / "model/model.onnx").read_bytes()
    assert s3.get_object(Bucket=BUCKET, Key="model/model.onnx")["Body"].read() == model
    report = s3.get_object(Bucket=BUCKET, Key="out/report.html")["Body"].read().decode()
    assert f"{bucket}/model" in report
    assert not list(Path.cwd().glob("s3:*"))

    # Only what has changed is fetched again, and what has gone there goes here.
    s3.delete_object(Bucket=BUCKET, Key="dogs/dogImages/train/across/3.jpg")
    s3.copy_object(
        Bucket=BUCKET,
        Key="dogs/dogImages/train/across/4.jpg",
        CopySource=f"{BUCKET}/dogs/dogImages/train/upright/4.jpg",
    )
    status, out = train(capsys, f"{bucket}/dogs", base)
    assert status == 0, out
    assert re.search(r"Downloaded .*: 1 files, 38 were there already", out)
    assert "photos: 23 train" in out
    # What another program wrote there is not taken away.
    assert len(keys(s3, "model/")) == len((*FILES, ORIGIN))


@pytest.mark.parametrize("option", ["--model_dir", "--output_dir", "--data"])
def test_what_s3_refuses_is_said_before_training(
    photos: Path,
    base: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    option: str,
):
    # Training would need the photos.
    monkeypatch.delattr(dataset, "open_photo")
    permission = "ListBucket" if option == "--data" else "PutObject"
    for status, code, expected in (
        (403, "AccessDenied", f"the role needs s3:{permission} on arn:aws:s3:::{BUCKET}"),
        (404, "NoSuchBucket", f"there is no bucket {BUCKET}"),
    ):
        with answering(status, code) as url:
            use_endpoint(monkeypatch, url)
            failed, out = train(capsys, str(photos), base, f"{option}=s3://{BUCKET}/there")
        assert failed == 1
        assert f"Error: {option}: " in out
        assert expected in out


def test_without_credentials_it_says_so(
    photos: Path,
    base: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    use_endpoint(monkeypatch, "http://127.0.0.1:9")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, str(base / "none"))
    # It keeps the credentials that it has found once.
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
    status, out = train(capsys, str(photos), base, f"--model_dir=s3://{BUCKET}/there")
    assert status == 1
    assert f"--model_dir: there are no credentials for s3://{BUCKET}/there" in out


def test_an_address_without_photos_and_a_wrong_one_are_named(
    s3: Any, base: Path, capsys: pytest.CaptureFixture[str]
):
    status, out = train(capsys, f"s3://{BUCKET}/nothing", base)
    assert status == 1
    assert f"--data s3://{BUCKET}/nothing: there are no objects below this address" in out
    status, out = train(capsys, "s3://No_Bucket/photos", base)
    assert status == 2
    assert "'No_Bucket' cannot be a bucket, allowed is a folder or s3://BUCKET/PREFIX" in out
    status, out = train(capsys, f"s3://{BUCKET}/x", base, "--checkpoint_dir=s3://b/c")
    assert status == 2
    assert "an address, where only a folder of this machine will do" in out


def test_a_failed_upload_says_where_the_model_is(
    s3: Any,
    photos: Path,
    base: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    begin = s3_folders._upload

    def upload_with_expired_credentials(client: Any, folder: s3_folders.S3Folder) -> None:
        with answering(400, "ExpiredToken") as url:
            use_endpoint(monkeypatch, url)
            begin(s3_folders.make_client(1), folder)

    monkeypatch.setattr(s3_folders, "_upload", upload_with_expired_credentials)
    status, out = train(capsys, str(photos), base, f"--model_dir=s3://{BUCKET}/model")
    assert status == 1
    assert "not valid (ExpiredToken): sign in again. What was to go there is in" in out
    assert f"aws s3 cp --recursive {base}/model s3://{BUCKET}/model" in out
    assert (base / "model/model.onnx").is_file()


def test_tuning_and_quantization_also_know_s3(
    s3: Any,
    photos: Path,
    base: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("kennel_training.quantization.comparison.SECONDS_A_ROUND", 0.01)
    put_photos(s3, photos, "photos")
    bucket = f"s3://{BUCKET}"
    command = arguments(photos, base, "--data", f"{bucket}/photos", "--trials", "1")
    command += ["--model_dir", f"{bucket}/model"]
    assert tuning_main.main(command, environment(base)) == 0, capsys.readouterr().err
    command = ["--data", f"{bucket}/photos", "--model_dir", f"{bucket}/model"]
    command += ["--int8_dir", f"{bucket}/int8", "--max-drop", "100"]
    assert quantization_main.main(command, environment(base)) == 0, capsys.readouterr().err
    assert len(keys(s3, "int8/")) == len((*FILES, ORIGIN))
    metrics = s3.get_object(Bucket=BUCKET, Key="int8/metrics.json")["Body"].read()
    assert json.loads(metrics)["precision"] == "int8"
