"""Features that jobs share through S3; nothing that goes wrong there may fail a job."""

import logging
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kennel_training.data.transform import Preprocessing
from kennel_training.features import extraction as features
from kennel_training.features.cache import FeatureCache
from kennel_training.features.chunk import Chunk, Entry
from kennel_training.features.shared_cache import SharedCache
from kennel_training.main import main
from kennel_training.s3.client import S3Location
from tests.aws import BUCKET, answering, keys, use_endpoint
from tests.conftest import arguments, environment, make_dataset

pytestmark = pytest.mark.usefixtures("shallow_network")

LOCATION = S3Location(BUCKET, "cache")
DIGESTS = ("a", "b")
CHUNK = Chunk(DIGESTS, np.arange(12, dtype=np.float32).reshape(2, 1, 6), ("", "empty file"))


def job(folder: Path, location: S3Location = LOCATION) -> tuple[FeatureCache, SharedCache]:
    shared = SharedCache(location)
    cache = FeatureCache(folder, "weights", Preprocessing.for_image_size(32), "fp32", shared)
    return cache, shared


def stored_by_a_job(folder: Path, chunk: Chunk = CHUNK) -> dict[str, Entry]:
    """What a job that stores a chunk leaves in its own cache."""
    cache, shared = job(folder)
    cache.store(chunk, 1)
    shared.finish()
    return cache.load(chunk.digests, 1)


def found_by_a_job(folder: Path, *digests: str) -> dict[str, Entry]:
    cache, shared = job(folder)
    found = cache.load(digests or (*DIGESTS, "c"), 1)
    shared.finish()
    return found


def chunk_of(*digests: str) -> Chunk:
    values = np.ones((len(digests), 1, 6), dtype=np.float32)
    return Chunk(digests, values, ("",) * len(digests))


def train(data: Path, out: Path, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    status = main(arguments(data, out, *more), environment(out))
    captured = capsys.readouterr()
    assert status == 0, captured.out + captured.err
    return captured.out


def test_a_chunk_of_one_job_is_another_ones(s3: Any, tmp_path: Path):
    stored_by_a_job(tmp_path / "one")
    (key,) = keys(s3)
    assert re.fullmatch(r"cache/[0-9a-f]{32}/[0-9a-f]{64}\.features", key)
    found = found_by_a_job(tmp_path / "two")
    assert list(found) == ["a", "b"]
    for row, (values, reason) in enumerate(found.values()):
        assert np.array_equal(values, CHUNK.values[row])
        assert reason == CHUNK.reasons[row]
    # The folders are alike, so that a copy of one is the other.
    local = next((tmp_path / "two").rglob("*.features")).relative_to(tmp_path / "two")
    assert key == f"cache/{local}"


def test_a_second_job_extracts_nothing_and_gives_the_same_model(
    s3: Any,
    photos: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    share = ("--cache_uri", f"s3://{BUCKET}/cache", "--views", "2")
    out = train(photos, tmp_path / "one", capsys, *share)
    assert f"Shared cache s3://{BUCKET}/cache: 0 chunks fetched, 3 stored" in out
    monkeypatch.delattr(features.FeatureExtractor, "_forward")
    out = train(photos, tmp_path / "two", capsys, *share)
    for split in ("train", "valid", "test"):
        assert re.search(rf"{split} photos: all from the cache", out)
    assert "3 chunks fetched, 0 stored" in out
    models = [(tmp_path / job / "model/model.onnx").read_bytes() for job in ("one", "two")]
    assert models[0] == models[1]


def test_jobs_at_the_same_time_share_the_work(
    s3: Any,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    data = make_dataset(tmp_path / "photos", {"train": 12, "valid": 1, "test": 1})
    monkeypatch.setattr(features, "CHUNK", 2)
    monkeypatch.setattr(features, "SHARED_TURN", 1)
    forward = features.FeatureExtractor._forward
    turns = 0

    def forward_while_another_job_works(self: Any, photos: Any) -> Any:
        nonlocal turns
        turns += 1
        if turns == 2:
            with ThreadPoolExecutor(1) as pool:
                pool.submit(extract_all).result()
        return forward(self, photos)

    def extract_all() -> None:
        share = ("--cache_uri", f"s3://{BUCKET}/cache")
        monkeypatch.setattr(features.FeatureExtractor, "_forward", forward)
        # Only the main thread may change what signals do.
        monkeypatch.setattr("kennel_training.common.ending.stoppable", nullcontext)
        assert main(arguments(data, tmp_path / "other", *share), environment(tmp_path)) == 0

    monkeypatch.setattr(features.FeatureExtractor, "_forward", forward_while_another_job_works)
    out = train(data, tmp_path / "one", capsys, "--cache_uri", f"s3://{BUCKET}/cache")
    assert re.search(r"24 train photos: 4 extracted in .*, 20 from the cache", out)
    models = [(tmp_path / job / "model/model.onnx").read_bytes() for job in ("one", "other")]
    assert models[0] == models[1]


def test_the_first_of_two_writers_stays(
    s3: Any,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
):
    jobs = [job(tmp_path / name) for name in ("one", "two")]
    for cache, _ in jobs:
        # Both look before either has stored.
        cache.load(DIGESTS, 1)
    with caplog.at_level(logging.INFO):
        for cache, shared in jobs:
            cache.store(CHUNK, 1)
            shared.finish()
    told = [line.rsplit(", ")[1] for line in caplog.messages if line.startswith("Shared cache")]
    assert told == ["1 stored", "0 stored"]
    assert len(keys(s3)) == 1


def test_a_job_with_other_photos_takes_what_it_shares_in_few_requests(
    s3: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    photos = [f"{number:064x}" for number in range(100)]
    for start in range(0, 100, 20):
        stored_by_a_job(tmp_path / f"one{start}", chunk_of(*photos[start : start + 20]))
    stored_by_a_job(tmp_path / "others", chunk_of("x", "y"))
    cache, shared = job(tmp_path / "two")
    requests = Counter()
    client = shared._client
    client.meta.events.register("before-call", lambda model, **_: requests.update([model.name]))
    # One photo has gone, another one has come.
    wanted = [*photos[:50], *photos[51:], "new"]
    assert cache.load(wanted, 1).keys() == set(wanted) - {"new"}
    assert requests == {"ListObjectsV2": 1, "GetObject": 6 + 5}
    cache.store(chunk_of("new"), 1)
    assert cache.load(wanted, 1).keys() == set(wanted)
    shared.finish()
    assert requests == {"ListObjectsV2": 2, "GetObject": 6 + 5, "PutObject": 1}
    assert found_by_a_job(tmp_path / "three", *wanted).keys() == set(wanted)


@pytest.mark.parametrize("damage", [b"", b"short", None])
def test_a_damaged_object_is_made_again_and_replaced(
    s3: Any,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    damage: bytes | None,
):
    stored_by_a_job(tmp_path / "one")
    (key,) = keys(s3)
    whole = s3.get_object(Bucket=BUCKET, Key=key)
    content = whole["Body"].read()
    # As large as before, but with another bit, where it is None.
    body = content[:-1] + bytes([content[-1] ^ 1]) if damage is None else damage
    s3.put_object(Bucket=BUCKET, Key=key, Body=body, Metadata=whole["Metadata"])
    assert found_by_a_job(tmp_path / "two") == {}
    assert "is damaged and is replaced" in caplog.text

    cache, shared = job(tmp_path / "two")
    assert cache.load(DIGESTS, 1) == {}
    cache.store(CHUNK, 1)
    shared.finish()
    assert found_by_a_job(tmp_path / "three")


def test_an_object_that_is_no_chunk_is_replaced(s3: Any, tmp_path: Path):
    stored_by_a_job(tmp_path / "one")
    (key,) = keys(s3)
    s3.delete_object(Bucket=BUCKET, Key=key)
    # Rightly signed, with the right photos in its index, but without their numbers.
    cache, shared = job(tmp_path / "other")
    shared.offer(key.removeprefix("cache/"), CHUNK.to_bytes()[:-1])
    shared.finish()
    cache, shared = job(tmp_path / "two")
    assert cache.load(DIGESTS, 1) == {}
    cache.store(CHUNK, 1)
    shared.finish()
    assert found_by_a_job(tmp_path / "three")


def test_what_an_interrupted_job_did_not_upload_is_offered_by_the_next(
    s3: Any,
    tmp_path: Path,
):
    cache, shared = job(tmp_path / "one")
    shared.abandon()
    cache.store(CHUNK, 1)
    assert keys(s3) == []
    assert found_by_a_job(tmp_path / "one")
    assert len(keys(s3)) == 1


@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        (
            403,
            "AccessDenied",
            f"the role needs s3:ListBucket on arn:aws:s3:::{BUCKET} ",
        ),
        (404, "NoSuchBucket", f"there is no bucket {BUCKET}"),
        (301, "PermanentRedirect", f"the bucket {BUCKET} is in another region"),
        (400, "ExpiredToken", "not valid (ExpiredToken): sign in again"),
    ],
)
def test_a_cache_that_cannot_be_used_is_one_warning(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    code: str,
    message: str,
):
    with answering(status, code) as url:
        use_endpoint(monkeypatch, url)
        cache, shared = job(tmp_path / "one")
        assert cache.load(DIGESTS, 1) == {}
        cache.store(CHUNK, 1)
        shared.finish()
    (warning,) = caplog.messages
    assert message in warning
    assert "Training goes on and does without the shared cache." in warning


def test_training_goes_on_without_a_cache_that_cannot_be_used(
    photos: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    with answering(404, "NoSuchBucket") as url:
        use_endpoint(monkeypatch, url)
        out = train(photos, tmp_path, capsys, "--cache_uri", f"s3://{BUCKET}/cache")
    assert out.count("Training goes on and does without the shared cache.") == 1
    assert out.count("Warning:") == 2  # the other one is about random weights
    assert (tmp_path / "model/model.onnx").is_file()


def test_the_missing_right_is_named_for_reading_and_for_writing(
    s3: Any,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
):
    stored_by_a_job(tmp_path / "one")
    cache, shared = job(tmp_path / "two")
    cache.load(["c"], 1)
    with answering(403, "AccessDenied") as url:
        use_endpoint(monkeypatch, url)
        del shared._client
        monkeypatch.setattr(shared, "_list", lambda _: set(names(tmp_path)))
        cache.load(DIGESTS, 1)
        cache.store(chunk_of("d"), 1)
        shared.finish()
    objects = f"arn:aws:s3:::{BUCKET}/cache/*"
    assert f"needs s3:GetObject on {objects}" in caplog.text
    assert "takes nothing from the shared cache" in caplog.text
    assert f"needs s3:PutObject on {objects}" in caplog.text
    assert "does without the shared cache" in caplog.text


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*.features")]


def test_nobody_answering_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    use_endpoint(monkeypatch, "http://127.0.0.1:9")
    monkeypatch.setattr("kennel_training.s3.client.ATTEMPTS", 1)
    cache, shared = job(tmp_path)
    assert cache.load(DIGESTS, 1) == {}
    cache.store(CHUNK, 1)
    shared.finish()
    assert cache.load(DIGESTS, 1)
    assert caplog.text.count("Could not connect to the endpoint URL") == 1
    assert "Training goes on" in caplog.text
