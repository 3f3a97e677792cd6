"""Extraction: views, unreadable photos, and a cache that spares the network."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image

from kennel_training.common.errors import TrainingError
from kennel_training.data.dataset import Photo, index_dataset
from kennel_training.data.decoding import Decoder
from kennel_training.data.skipped import SkippedFiles
from kennel_training.data.transform import Pixels, Preprocessing
from kennel_training.features.cache import FeatureCache
from kennel_training.features.chunk import Chunk, read_chunk
from kennel_training.features.extraction import FeatureExtractor
from kennel_training.networks.backbones import Backbone, load_backbone
from kennel_training.networks.forward import choose_forward

pytestmark = pytest.mark.usefixtures("shallow_network")

PREPROCESSING = Preprocessing.for_image_size(32)


class Counting:
    """A forward pass that counts the photos that it sees."""

    def __init__(self, backbone: Backbone, precision: str = "fp32") -> None:
        self.backbone = backbone
        self._forward = choose_forward(backbone, 32, precision, torch.device("cpu"))
        self.batch, self.streams = self._forward.batch, self._forward.streams
        self.pool = self._forward.pool
        self.width = backbone.width
        self.seen = 0

    def prepare(self) -> None:
        self._forward.prepare()

    def __call__(self, photos: Pixels) -> NDArray[np.float32]:
        self.seen += len(photos)
        return self._forward(photos)


@pytest.fixture
def counting() -> Counting:
    return Counting(load_backbone("shufflenet_v2_x0_5", "none", seed=0))


def extractor(
    counting: Counting, cache: Path, workers: int = 2, max_bad: int = 10, precision: str = "fp32"
) -> FeatureExtractor:
    cache.mkdir(exist_ok=True)
    return FeatureExtractor(
        counting,
        Decoder(PREPROCESSING, workers, SkippedFiles(max_bad)),
        FeatureCache(cache, counting.backbone.fingerprint(), PREPROCESSING, precision),
    )


@pytest.fixture
def train(photos: Path) -> tuple[Photo, ...]:
    return index_dataset(photos, SkippedFiles(0), workers=2).splits["train"]


def damaged(photo: Photo, folder: Path) -> Photo:
    """A photo whose header is fine and whose pixels end too early."""
    path = folder / "truncated.jpg"
    path.write_bytes(photo.path.read_bytes()[:700])
    return Photo(path, "train/across/truncated.jpg", photo.label, "0" * 64)


def test_a_second_extraction_comes_from_the_cache(
    counting: Counting, train: tuple[Photo, ...], tmp_path: Path
):
    first = extractor(counting, tmp_path).extract("train", train, 1)
    assert counting.seen == len(train)
    second = extractor(counting, tmp_path).extract("train", train, 1)
    assert counting.seen == len(train)
    assert np.array_equal(first.values, second.values)
    assert first.values.shape == (24, 1, 1024)
    assert first.labels.tolist() == [0] * 12 + [1] * 12


def test_the_cache_depends_on_views_precision_and_weights(
    counting: Counting, train: tuple[Photo, ...], tmp_path: Path
):
    extractor(counting, tmp_path).extract("train", train, 1)
    extractor(counting, tmp_path).extract("train", train, 2)
    assert counting.seen == 3 * len(train)
    extractor(counting, tmp_path, precision="bf16").extract("train", train, 1)
    assert counting.seen == 4 * len(train)
    other = Counting(load_backbone("shufflenet_v2_x0_5", "none", seed=1))
    extractor(other, tmp_path).extract("train", train, 1)
    assert other.seen == len(train)


def test_the_number_of_workers_changes_nothing(
    counting: Counting, train: tuple[Photo, ...], tmp_path: Path
):
    one = extractor(counting, tmp_path / "1", workers=1).extract("train", train, 2)
    many = extractor(counting, tmp_path / "4", workers=4).extract("train", train, 2)
    assert np.array_equal(one.values, many.values)


def test_the_first_view_is_the_plain_one(
    counting: Counting, train: tuple[Photo, ...], tmp_path: Path
):
    plain = extractor(counting, tmp_path).extract("train", train, 1).values
    views = extractor(counting, tmp_path).extract("train", train, 3).values
    assert views.shape == (24, 3, 1024)
    assert np.allclose(views[:, 0], plain[:, 0], atol=1e-6)
    assert not np.allclose(views[:, 1], views[:, 0], atol=1e-6)
    assert not np.allclose(views[:, 2], views[:, 1], atol=1e-6)


def test_unreadable_photos_are_left_out_also_from_the_cache(
    counting: Counting, train: tuple[Photo, ...], tmp_path: Path
):
    photos = (train[0], damaged(train[0], tmp_path), *train[1:])
    for _ in range(2):
        one = extractor(counting, tmp_path / "cache")
        features = one.extract("train", photos, 1)
        assert features.photos == train
        assert len(features.labels) == len(features.values) == 24
    assert counting.seen == 24


def test_too_many_unreadable_photos_fail(
    counting: Counting, train: tuple[Photo, ...], tmp_path: Path
):
    photos = (damaged(train[0], tmp_path), *train)
    with pytest.raises(TrainingError, match=r"truncated\.jpg \(.*truncated.*--max-bad"):
        extractor(counting, tmp_path / "cache", max_bad=0).extract("train", photos, 1)


def test_features_that_are_no_numbers_fail(
    counting: Counting, train: tuple[Photo, ...], tmp_path: Path
):
    with torch.no_grad():
        counting.backbone.network.conv5[0].weight[0] = torch.inf
    with pytest.raises(TrainingError, match=r"not finite numbers: pass --precision fp32"):
        extractor(counting, tmp_path).extract("train", train, 1)
    assert not list(tmp_path.rglob("*.features"))


def test_a_damaged_cache_file_is_made_again(
    counting: Counting, train: tuple[Photo, ...], tmp_path: Path
):
    first = extractor(counting, tmp_path).extract("train", train, 1)
    (stored,) = tmp_path.rglob("*.features")
    stored.write_bytes(stored.read_bytes()[:100])
    second = extractor(counting, tmp_path).extract("train", train, 1)
    assert counting.seen == 2 * len(train)
    assert np.array_equal(first.values, second.values)


def test_the_cache_leaves_no_temporary_file(tmp_path: Path):
    cache = FeatureCache(tmp_path, "weights", PREPROCESSING, "fp32")
    cache.store(Chunk(("a", "b"), np.ones((2, 1, 3), np.float32), ("", "empty file")), 1)
    assert [path.suffix for path in tmp_path.rglob("*") if path.is_file()] == [".features"]
    loaded = cache.load(["b", "a", "c"], 1)
    assert {digest: reason for digest, (_, reason) in loaded.items()} == {
        "a": "",
        "b": "empty file",
    }
    assert cache.load(["a"], 2) == {}


@pytest.mark.parametrize("start", [0, 9, 23])
def test_a_photo_that_goes_comes_or_moves_leaves_the_others_as_they_are(
    counting: Counting, train: tuple[Photo, ...], tmp_path: Path, start: int
):
    cache = tmp_path / "cache"
    whole = extractor(counting, cache).extract("train", train, 1)
    fewer = train[:start] + train[start + 1 :]
    left = extractor(counting, cache).extract("train", fewer, 1)
    assert counting.seen == len(train)
    assert np.array_equal(left.values, np.delete(whole.values, start, axis=0))

    path = tmp_path / "new.jpg"
    Image.new("RGB", (40, 40), (9, start, 200)).save(path)
    new = Photo(path, "train/across/new.jpg", 0, hashlib.sha256(path.read_bytes()).hexdigest())
    for others in (train, fewer):
        for place in (0, start, len(others)):
            photos = (*others[:place], new, *others[place:])
            more = extractor(counting, cache).extract("test", photos, 1)
            assert np.array_equal(
                np.delete(more.values, place, 0),
                whole.values[[row for row, photo in enumerate(train) if photo in others]],
            )
    assert counting.seen == len(train) + 1


def test_equal_photos_are_extracted_once(
    counting: Counting, train: tuple[Photo, ...], tmp_path: Path
):
    again = replace(train[3], name="train/upright/again.jpg", label=1)
    features = extractor(counting, tmp_path).extract("train", (*train, again), 1)
    assert counting.seen == len(train)
    assert np.array_equal(features.values[3], features.values[-1])
    assert features.labels[-1] == 1


@pytest.mark.parametrize("place", [0, 40, 210, 220, 260, -1])
def test_a_chunk_with_another_byte_is_not_used(tmp_path: Path, place: int):
    digests = tuple(hashlib.sha256(bytes([n])).hexdigest() for n in range(3))
    values = np.random.default_rng(0).normal(size=(3, 1, 5)).astype(np.float32)
    content = bytearray(Chunk(digests, values, ("", "", "empty file")).to_bytes())
    read = read_chunk(bytes(content))
    assert (read.digests, read.reasons) == (digests, ("", "", "empty file"))
    assert np.array_equal(read.values, values)
    content[place] ^= 1
    try:
        other = read_chunk(bytes(content))
    except ValueError:
        return
    # A damaged digest is that of no photo.
    assert set(other.digests) != set(digests)
