"""Small photos and short runs that the tests share."""

import json
import os
import random
import signal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from kennel_training.common.ending import SIGNALS
from make_sample_photos import SHAPES

# Networks this small only lose time to a second thread. Read when torch loads, here and in every
# process that a test starts.
os.environ["OMP_NUM_THREADS"] = "1"

SCRIPTS = Path(__file__).parents[1]

# The smallest.
BACKBONE = "shufflenet_v2_x0_5"

Draw = Callable[[random.Random], Image.Image]


@dataclass(frozen=True)
class Outcome:
    """What a finished process left."""

    status: int
    out: str
    error: str


def stripes(vertical: bool, side: int = 48) -> Draw:
    """Stripes of random colours; the direction is the class."""

    def draw(generator: random.Random) -> Image.Image:
        dark = tuple(generator.randrange(0, 90) for _ in range(3))
        light = tuple(generator.randrange(160, 256) for _ in range(3))
        image = Image.new("RGB", (side, side), dark)
        width = generator.randrange(4, 7)
        for start in range(generator.randrange(width), side, 2 * width):
            box = (start, 0, start + width, side) if vertical else (0, start, side, start + width)
            image.paste(light, box)
        return image

    return draw


def outline(shape: str, side: int = 64) -> Draw:
    """A dark shape on a light ground, a little out of place."""

    def draw(generator: random.Random) -> Image.Image:
        light = tuple(generator.randrange(180, 256) for _ in range(3))
        dark = tuple(generator.randrange(0, 80) for _ in range(3))
        image = Image.new("RGB", (side, side), light)
        radius = side * generator.uniform(0.3, 0.4)
        left, top = (side * generator.uniform(0.45, 0.55) for _ in range(2))
        points = [(left + radius * x, top + radius * y) for x, y in SHAPES[shape]()]
        ImageDraw.Draw(image).polygon(points, fill=dark)
        return image

    return draw


def make_dataset(
    folder: Path,
    counts: Mapping[str, int],
    classes: Mapping[str, Draw] | None = None,
) -> Path:
    """Write ``counts[split]`` JPEGs a class; two classes of stripes unless told otherwise."""
    classes = classes or {"across": stripes(vertical=False), "upright": stripes(vertical=True)}
    for split, count in counts.items():
        for name, draw in classes.items():
            target = folder / split / name
            target.mkdir(parents=True)
            for number in range(count):
                draw(random.Random(f"{split} {name} {number}")).save(target / f"{number}.jpg")
    return folder


def arguments(data: Path, out: Path, *more: str) -> list[str]:
    """A short run on small photos with a small backbone.

    At 64 pixels: at 32 the last features of so few photos barely vary, and random weights blow up
    rounding errors.
    """
    return [
        *("--data", str(data), "--model_dir", str(out / "model")),
        *("--output_dir", str(out / "output"), "--checkpoint_dir", str(out / "checkpoints")),
        *("--cache_dir", str(out / "cache"), "--backbone", "shufflenet_v2_x0_5"),
        *("--weights", "none", "--image-size", "64", "--epochs", "3", "--precision", "fp32"),
        *more,
    ]


def environment(base: Path) -> dict[str, str]:
    """The test's own environment without any SageMaker variable."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SM_", "SAGEMAKER_"))}
    for name in ("WORLD_SIZE", "RANK", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT"):
        kept.pop(name, None)
    return {**kept, "SAGEMAKER_BASE_DIR": str(base)}


def read_json(path: Path) -> object:
    """Content of a JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))


def use_shallow_network(patch: pytest.MonkeyPatch) -> None:
    """Give small backbones one block a stage: most of a short run is the export of the graph."""
    # Loading torchvision takes seconds, which only tests that train need to spend.
    from torchvision.models import _api
    from torchvision.models.resnet import BasicBlock, ResNet
    from torchvision.models.shufflenetv2 import ShuffleNetV2

    def shufflenet(weights: None, **options: Any) -> ShuffleNetV2:
        return ShuffleNetV2([1, 1, 1], [24, 48, 96, 192, 1024], **options)

    def resnet(weights: None, **options: Any) -> ResNet:
        return ResNet(BasicBlock, [1, 1, 1, 1], **options)

    patch.setitem(_api.BUILTIN_MODELS, BACKBONE, shufflenet)
    patch.setitem(_api.BUILTIN_MODELS, "resnet18", resnet)


@pytest.fixture(scope="module")
def shallow_network() -> Iterator[None]:
    """The same for the tests of a module, whose subject is not the network."""
    with pytest.MonkeyPatch.context() as patch:
        use_shallow_network(patch)
        yield


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two classes; nobody writes there."""
    counts = {"train": 12, "valid": 4, "test": 4}
    return make_dataset(tmp_path_factory.mktemp("photos"), counts)


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """What a run leaves ignored, as the end of a process, is this process's own again."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A base directory such as /opt/ml."""
    folder = tmp_path / "ml"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def s3_address() -> Iterator[str]:
    """Where an S3 of the test's own listens."""
    # Loading it takes seconds, which only those tests spend that need it.
    from tests.aws import moto_server

    with moto_server() as url:
        yield url


@pytest.fixture
def s3(s3_address: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A client of that S3, which has one empty bucket."""
    from tests.aws import empty_bucket, use_endpoint

    use_endpoint(monkeypatch, s3_address)
    return empty_bucket()
