"""Kinds of values: how each is read, and what is allowed, in words."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kennel_training.data.locate import existing_photos, path_of
from kennel_training.s3.client import S3Location


@dataclass(frozen=True)
class Kind:
    """How a value is read.

    Attributes:
        parse: turns text into the value; raises ``ValueError``, whose message is the reason.
        allowed: completes the sentence "allowed is …".
        metavar: stands for the value in --help.
    """

    parse: Callable[[str], Any]
    allowed: str
    metavar: str


def whole_number(lowest: int, highest: int) -> Kind:
    """A whole number in these bounds."""

    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise ValueError("not a whole number") from None
        if not lowest <= value <= highest:
            raise ValueError("out of range")
        return value

    return Kind(parse, f"a whole number from {lowest} to {highest}", "N")


def number(lowest: float, highest: float, above: bool = False) -> Kind:
    """A number in these bounds; ``above`` leaves out the lowest."""

    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            raise ValueError("not a number") from None
        too_low = value <= lowest if above else value < lowest
        if not math.isfinite(value) or too_low or value > highest:
            raise ValueError("out of range")
        return value

    return Kind(parse, f"a number {'above' if above else 'from'} {lowest:g} up to {highest:g}", "X")


def choice(*names: str) -> Kind:
    """One of these words."""

    def parse(text: str) -> str:
        if text not in names:
            raise ValueError("")
        return text

    return Kind(parse, " | ".join(names), "NAME")


def optional(kind: Kind) -> Kind:
    """As ``kind``, but None where nothing is given."""
    return replace(kind, parse=lambda text: kind.parse(text) if text else None)


def or_in_s3(kind: Kind) -> Kind:
    """As ``kind``, or an address in S3."""
    return Kind(
        lambda text: S3Location.parse(text) if "://" in text else kind.parse(text),
        f"{kind.allowed} or s3://BUCKET/PREFIX",
        "DIR|S3",
    )


def _directory(text: str) -> Path:
    if "://" in text:
        raise ValueError("an address, where only a folder of this machine will do")
    path = path_of(text)
    if path.exists() and not path.is_dir():
        raise ValueError("is a file")
    return path


def _existing_directory(text: str) -> Path:
    path = _directory(text)
    if not path.is_dir():
        raise ValueError("no such folder")
    return path


def _weights(text: str) -> str:
    if text in ("imagenet", "none"):
        return text
    path = path_of(text)
    if not path.is_file():
        raise ValueError("no such file")
    return str(path)


def _blocks(text: str) -> int | None:
    return None if text == "all" else whole_number(0, 1000).parse(text)


S3 = Kind(S3Location.parse, "s3://BUCKET/PREFIX", "s3://BUCKET/PREFIX")
DIRECTORY = Kind(_directory, "a folder (made where it is missing)", "DIR")
NEW_DIRECTORY = replace(DIRECTORY, allowed="a folder that is not there yet")
MODEL = replace(
    or_in_s3(Kind(_existing_directory, "a folder", "DIR")),
    allowed="a model directory that train.py wrote, or its s3://BUCKET/PREFIX",
)
PHOTOS = replace(
    or_in_s3(Kind(existing_photos, "a folder", "DIR")),
    allowed="a folder or s3://BUCKET/PREFIX that holds train/, valid/ and test/, each with a "
    "folder per class",
)
WEIGHTS = Kind(_weights, "imagenet | none | a file of the backbone's weights", "PATH|imagenet|none")
# None stands for all of them.
BLOCKS = Kind(_blocks, "a whole number from 0 to 1000, or all", "N|all")
