"""The settings themselves: name, default, what is allowed, an example, other sources."""

import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from kennel_training.data.locate import existing_photos
from kennel_training.networks.names import BACKBONE_NAMES
from kennel_training.s3.client import S3Location


@dataclass(frozen=True)
class Definition:
    """One setting.

    Attributes:
        default: as text; ``{base}`` stands for the base directory.
        parse: turns text into the value; raises ``ValueError``, whose message is the reason.
        allowed: completes the sentence "allowed is …".
        environment: ``SM_*`` variables that SageMaker itself sets.
        remote: whether the folder may be in S3, and what the run does with it: read or write.
    """

    name: str
    default: str
    parse: Callable[[str], Any]
    allowed: str
    example: str
    help: str
    metavar: str
    environment: tuple[str, ...] = ()
    remote: Literal["", "read", "write"] = ""

    @property
    def option(self) -> str:
        """The long option as written on the command line."""
        return f"--{self.name}"


def whole_number(lowest: int, highest: int) -> tuple[Callable[[str], int], str]:
    """How to parse a whole number in these bounds, and what is allowed, in words."""

    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise ValueError("not a whole number") from None
        if not lowest <= value <= highest:
            raise ValueError("out of range")
        return value

    return parse, f"a whole number from {lowest} to {highest}"


def number(lowest: float, highest: float, above: bool) -> tuple[Callable[[str], float], str]:
    """How to parse a number in these bounds, and what is allowed, in words."""

    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            raise ValueError("not a number") from None
        too_low = value <= lowest if above else value < lowest
        if not math.isfinite(value) or too_low or value > highest:
            raise ValueError("out of range")
        return value

    return parse, f"a number {'above' if above else 'from'} {lowest:g} up to {highest:g}"


def _choice(*names: str) -> tuple[Callable[[str], str], str]:
    def parse(text: str) -> str:
        if text not in names:
            raise ValueError("")
        return text

    return parse, " | ".join(names)


def target_directory(text: str) -> Path:
    """A folder, whether it is there or not."""
    if not text.strip():
        raise ValueError("empty")
    if "://" in text:
        raise ValueError("an address, where only a folder of this machine will do")
    path = Path(text).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise ValueError("is a file")
    return path


def existing_directory(text: str) -> Path:
    """A folder that is there."""
    path = target_directory(text)
    if not path.is_dir():
        raise ValueError("no such folder")
    return path


def or_in_s3(parse: Callable[[str], Path]) -> Callable[[str], Path | S3Location]:
    """As ``parse`` does, or an address in S3."""
    return lambda text: S3Location.parse(text) if "://" in text else parse(text)


def _photos(text: str) -> Path:
    if not text.strip():
        raise ValueError("empty")
    return existing_photos(text)


def _weights(text: str) -> str:
    if text in ("imagenet", "none"):
        return text
    if not text.strip():
        raise ValueError("empty")
    path = Path(text).expanduser().absolute()
    if not path.is_file():
        raise ValueError("no such file")
    return str(path)


def _price(text: str) -> float | None:
    """``None`` where nothing is given."""
    return number(0, 10000, above=False)[0](text) if text else None


def optional_s3_location(text: str) -> S3Location | None:
    """``None`` where nothing is given."""
    return S3Location.parse(text) if text else None


def _unfreeze(text: str) -> int | None:
    """``None`` stands for all blocks."""
    return None if text == "all" else whole_number(0, 1000)[0](text)


_ANY_DIRECTORY = (target_directory, "a folder (made where it is missing)")
_ANY_OR_S3 = (
    or_in_s3(target_directory),
    "a folder (made where it is missing) or s3://BUCKET/PREFIX",
)

DEFINITIONS: tuple[Definition, ...] = (
    Definition(
        "data",
        "{base}/input/data/training",
        or_in_s3(_photos),
        "a folder or s3://BUCKET/PREFIX that holds train/, valid/ and test/, each with a folder "
        "per class",
        "photos",
        "folder with train/, valid/ and test/, a folder per class in each",
        "DIR|S3",
        ("SM_CHANNEL_TRAINING", "SM_CHANNEL_TRAIN"),
        "read",
    ),
    Definition(
        "model_dir",
        "{base}/model",
        *_ANY_OR_S3,
        "model",
        "where model.onnx, classes.json, preprocess.json and metrics.json go",
        "DIR|S3",
        ("SM_MODEL_DIR",),
        "write",
    ),
    Definition(
        "output_dir",
        "{base}/output/data",
        *_ANY_OR_S3,
        "output",
        "where report.html, run.json, mistakes.json and history.json go",
        "DIR|S3",
        ("SM_OUTPUT_DATA_DIR",),
        "write",
    ),
    Definition(
        "checkpoint_dir",
        "{base}/checkpoints",
        *_ANY_DIRECTORY,
        "checkpoints",
        "where an interrupted run leaves what it needs to go on",
        "DIR",
    ),
    Definition(
        "cache_dir",
        "{base}/checkpoints/cache",
        *_ANY_DIRECTORY,
        "cache",
        "where extracted features are kept for the next run",
        "DIR",
    ),
    Definition(
        "cache_uri",
        "",
        optional_s3_location,
        "s3://BUCKET/PREFIX",
        "s3://my-bucket/cache",
        "where jobs share extracted features, beside their own --cache_dir; nowhere if empty",
        "s3://BUCKET/PREFIX",
    ),
    Definition(
        "backbone",
        "resnet50",
        *_choice(*BACKBONE_NAMES),
        "resnet18",
        "network that turns a photo into features:\n" + "\n".join(BACKBONE_NAMES),
        "NAME",
    ),
    Definition(
        "weights",
        "imagenet",
        _weights,
        "imagenet | none | a file of the backbone's weights",
        "resnet50.pth",
        "imagenet (downloaded by torchvision; efficientnet_lite0's is installed), none (random)\n"
        "or a file",
        "PATH|imagenet|none",
    ),
    Definition(
        "image_size",
        "224",
        *whole_number(32, 1024),
        "224",
        "pixels a side that the network sees",
        "N",
    ),
    Definition(
        "views",
        "1",
        *whole_number(1, 64),
        "4",
        "views of each training photo: the plain one and N-1 random crops and flips",
        "N",
    ),
    Definition("epochs", "20", *whole_number(1, 10000), "20", "most epochs of the head", "N"),
    Definition("batch_size", "64", *whole_number(1, 65536), "64", "photos in a training step", "N"),
    Definition(
        "learning_rate",
        "0.001",
        *number(0, 10, above=True),
        "0.001",
        "learning rate of the head",
        "X",
    ),
    Definition(
        "weight_decay",
        "0.01",
        *number(0, 1, above=False),
        "0.01",
        "AdamW's weight decay",
        "X",
    ),
    Definition(
        "patience",
        "5",
        *whole_number(1, 10000),
        "5",
        "stop after N epochs without a better validation loss",
        "N",
    ),
    Definition(
        "seed", "0", *whole_number(0, 2**32 - 1), "0", "the same seed gives the same model", "N"
    ),
    Definition(
        "unfreeze",
        "0",
        _unfreeze,
        "a whole number from 0 to 1000, or all",
        "2",
        "fine-tune the last N blocks of the backbone first (0: keep it frozen)",
        "N|all",
    ),
    Definition(
        "unfreeze_epochs",
        "10",
        *whole_number(1, 10000),
        "10",
        "epochs of that fine-tuning",
        "N",
    ),
    Definition(
        "unfreeze_learning_rate",
        "0.0001",
        *number(0, 10, above=True),
        "0.0001",
        "highest learning rate of that fine-tuning",
        "X",
    ),
    Definition(
        "precision",
        "auto",
        *_choice("auto", "fp32", "bf16"),
        "fp32",
        "arithmetic of fine-tuning and extraction; auto: half precision where it is faster here",
        "NAME",
    ),
    Definition(
        "max_bad",
        "10",
        *whole_number(0, 1000000),
        "10",
        "fail when more than N files cannot be read",
        "N",
    ),
    Definition(
        "workers",
        str(min(os.cpu_count() or 1, 256)),
        *whole_number(1, 256),
        "4",
        "threads that decode photos",
        "N",
        ("SM_NUM_CPUS",),
    ),
    Definition(
        "hourly_price",
        "",
        _price,
        "a number from 0 up to 10000",
        "0.23",
        "dollars an hour for one machine, for the report",
        "X",
    ),
    Definition(
        "backend",
        "gloo",
        *_choice("gloo", "nccl"),
        "gloo",
        "how several processes meet: gloo, or nccl where every process has a GPU",
        "NAME",
    ),
)


def definition_of(name: str) -> Definition:
    """The training setting of this name."""
    return next(definition for definition in DEFINITIONS if definition.name == name)
