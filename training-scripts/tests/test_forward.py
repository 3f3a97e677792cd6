"""Every way to run a backbone gives the same features."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch

from kennel_training.data.dataset import Photo, index_dataset
from kennel_training.data.decoding import Decoder
from kennel_training.data.skipped import SkippedFiles
from kennel_training.data.transform import Preprocessing
from kennel_training.features.cache import FeatureCache
from kennel_training.features.extraction import FeatureExtractor
from kennel_training.networks.backbones import Backbone, load_backbone
from kennel_training.networks.compute import one_thread
from kennel_training.networks.forward import Forward, OnnxForward, TorchForward, choose_forward

pytestmark = pytest.mark.usefixtures("shallow_network")

CPU = torch.device("cpu")
CROP = 64
PHOTOS = np.random.default_rng(0).integers(0, 256, (6, CROP, CROP, 3)).astype(np.uint8)
PREPROCESSING = Preprocessing.for_image_size(CROP)


@pytest.fixture
def backbone() -> Backbone:
    return load_backbone("shufflenet_v2_x0_5", "none", seed=0)


def expected(backbone: Backbone) -> np.ndarray:
    with torch.inference_mode():
        return backbone(torch.from_numpy(PHOTOS)).numpy()


def test_onnx_runtime_computes_fp32_on_a_cpu(backbone: Backbone):
    forward = choose_forward(backbone, CROP, "fp32", CPU)
    assert isinstance(forward, OnnxForward)
    forward.prepare()
    features = forward(PHOTOS)
    assert features.dtype == np.float32
    assert features.shape == (6, forward.width)
    assert np.allclose(features, expected(backbone), rtol=1e-4, atol=1e-5)


def test_torch_computes_bf16_on_a_cpu(backbone: Backbone):
    forward = choose_forward(backbone, CROP, "bf16", CPU)
    assert isinstance(forward, TorchForward)
    features = forward(PHOTOS)
    assert features.dtype == np.float32
    wanted = expected(backbone)
    assert not np.array_equal(features, wanted)
    # bf16 has 8 bits of mantissa, and errors add up from layer to layer.
    assert np.abs(features - wanted).max() <= 0.05 * np.abs(wanted).max()


def test_no_graph_is_made_before_it_is_needed(backbone: Backbone, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delattr(torch.onnx, "export")
    forward = choose_forward(backbone, CROP, "fp32", CPU)
    assert forward.width == backbone.width


class Streams:
    """The same forward pass with more or fewer threads and another core count."""

    def __init__(self, forward: Forward, streams: int) -> None:
        self.batch, self.width, self.streams = forward.batch, forward.width, streams
        self.pool = ThreadPoolExecutor(streams)
        self._forward = forward

    def prepare(self) -> None:
        self._forward.prepare()

    def __call__(self, photos: np.ndarray) -> np.ndarray:
        return self._forward(photos)


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_features_do_not_depend_on_the_number_of_cores(
    backbone: Backbone, precision: str, photos: Path, tmp_path: Path
):
    train: tuple[Photo, ...] = index_dataset(photos, SkippedFiles(0), 2).splits["train"]
    forward = choose_forward(backbone, CROP, precision, CPU)
    values = []
    for streams in (1, 3):
        folder = tmp_path / str(streams)
        folder.mkdir()
        cache = FeatureCache(folder, "weights", PREPROCESSING, precision)
        extractor = FeatureExtractor(
            Streams(forward, streams), Decoder(PREPROCESSING, streams, SkippedFiles(0)), cache
        )
        values.append(extractor.extract("train", train, 2).values)
    assert np.array_equal(*values)
    assert values[0].shape == (24, 2, backbone.width)


def test_a_cpu_uses_every_core_with_a_thread_each(backbone: Backbone):
    with one_thread():
        assert choose_forward(backbone, CROP, "fp32", CPU).streams == 1
        torch.set_num_threads(3)
        for precision in ("fp32", "bf16"):
            assert choose_forward(backbone, CROP, precision, CPU).streams == 3
