"""Settings of the data preparation; they come from the command line alone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kennel_training.s3.client import S3Location
from kennel_training.settings.definitions import definitions_of, setting
from kennel_training.settings.kinds import (
    NEW_DIRECTORY,
    S3,
    Kind,
    number,
    optional,
    whole_number,
)
from kennel_training.settings.reading import Program, read_arguments
from kennel_training.settings.training import like

GIGABYTE = 10**9


def is_url(text: str) -> bool:
    """Whether a source is an address and not a path."""
    return text.lower().startswith(("http://", "https://"))


def _source(text: str) -> str:
    if is_url(text):
        return text
    if text.startswith("s3://"):
        S3Location.parse(text)
        return text
    if "://" in text:
        raise ValueError("only http, https and s3 addresses can be downloaded")
    if not text.strip():
        raise ValueError("missing")
    path = Path(text).expanduser().absolute()
    if not path.exists():
        raise ValueError("no such file or folder")
    return str(path)


def _fractions(text: str) -> tuple[float, float, float]:
    try:
        values = [float(word) for word in text.split(",")]
    except ValueError:
        raise ValueError("not numbers") from None
    if len(values) != 3 or not all(0 < value < 1 for value in values):
        raise ValueError("not three fractions between 0 and 1")
    if abs(sum(values) - 1) > 1e-6:
        raise ValueError(f"they add up to {sum(values):g}")
    return values[0], values[1], values[2]


def _sha256(text: str) -> str:
    if text and not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        raise ValueError("not a SHA-256")
    return text.lower()


@dataclass(frozen=True)
class PrepareSettings:
    """What to prepare, and how.

    Attributes:
        source: a folder, an archive, or the address of one: http(s), or s3://BUCKET/KEY.
        fractions: of train, valid and test; they add up to 1.
        sha256: what the archive must have, in hexadecimal; empty for any.
    """

    source: str = setting(
        "",
        Kind(
            _source,
            "a folder, a zip or tar file, an http(s) address of one, or s3://BUCKET/PREFIX",
            "PATH|URL",
        ),
        "a folder of photos, a zip or tar file, its http(s) address, or either one's in S3",
        "dogs.zip",
    )
    data: Path = setting(
        "photos", NEW_DIRECTORY, "where train/, valid/, test/ and manifest.json go"
    )
    fractions: tuple[float, float, float] = setting(
        "0.8,0.1,0.1",
        Kind(_fractions, "three fractions with commas between that add up to 1", "X,X,X"),
        "share of train, valid and test in each class; splits that the source has are kept",
    )
    seed: int = like("seed", help="the same seed gives the same splits")
    sha256: str = setting(
        "",
        Kind(_sha256, "64 hexadecimal digits", "HEX"),
        "what the archive must have; anything else is refused",
        "0" * 64,
    )
    max_gigabytes: float = setting(
        "50",
        number(0, 10000, above=True),
        "maximum size of the download, and of what is unpacked from it",
    )
    max_files: int = setting(
        "1000000", whole_number(1, 100000000), "maximum number of files in the source"
    )
    max_bad: int = like("max_bad")
    workers: int = like("workers", help="threads that check photos")
    upload: S3Location | None = setting(
        "",
        optional(S3),
        "where to copy the result to; nowhere if empty",
        "s3://my-bucket/data",
    )

    @property
    def largest(self) -> int:
        """Bytes that may be downloaded, and bytes that may be unpacked."""
        return int(self.max_gigabytes * GIGABYTE)

    @property
    def is_url(self) -> bool:
        """Whether the source has to be downloaded."""
        return is_url(self.source)

    @property
    def is_s3(self) -> bool:
        """Whether the source is in S3: a prefix, or an archive's key."""
        return self.source.startswith("s3://")


PREPARATION = Program(
    "prepare.py",
    "Turn a folder, an archive or a download of photos into train/, valid/ and test/.",
    definitions_of(PrepareSettings),
)


def read_prepare_settings(arguments: Sequence[str]) -> PrepareSettings:
    """Read and check the settings of a preparation; raises as ``read_values`` does."""
    return PrepareSettings(**read_arguments(arguments, PREPARATION))
