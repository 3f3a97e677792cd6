"""Settings of the data preparation; they come from the command line alone."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kennel_training.s3.client import S3Location
from kennel_training.settings.definitions import (
    Definition,
    definition_of,
    number,
    optional_s3_location,
    target_directory,
    whole_number,
)
from kennel_training.settings.reading import Program, read_arguments

GIGABYTE = 10**9


@dataclass(frozen=True)
class PrepareSettings:
    """What to prepare, and how.

    Attributes:
        source: a folder, an archive, or the address of one: http(s), or s3://BUCKET/KEY.
        fractions: of train, valid and test; they add up to 1.
        sha256: what the archive must have, in hexadecimal; empty for any.
        largest: bytes that may be downloaded, and bytes that may be unpacked.
    """

    source: str
    data: Path
    fractions: tuple[float, float, float]
    seed: int
    sha256: str
    largest: int
    max_files: int
    max_bad: int
    workers: int
    upload: S3Location | None

    @property
    def is_url(self) -> bool:
        """Whether the source has to be downloaded."""
        return is_url(self.source)

    @property
    def is_s3(self) -> bool:
        """Whether the source is in S3: a prefix, or an archive's key."""
        return self.source.startswith("s3://")


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


_WORKERS = definition_of("workers")

PREPARATION = Program(
    "prepare.py",
    "Turn a folder, an archive or a download of photos into train/, valid/ and test/.",
    (
        Definition(
            "source",
            "",
            _source,
            "a folder, a zip or tar file, an http(s) address of one, or s3://BUCKET/PREFIX",
            "dogs.zip",
            "a folder of photos, a zip or tar file, its http(s) address, or either one's in S3",
            "PATH|URL",
        ),
        Definition(
            "data",
            "photos",
            target_directory,
            "a folder that is not there yet",
            "photos",
            "where train/, valid/, test/ and manifest.json go",
            "DIR",
        ),
        Definition(
            "fractions",
            "0.8,0.1,0.1",
            _fractions,
            "three fractions with commas between that add up to 1",
            "0.8,0.1,0.1",
            "share of train, valid and test in each class; splits that the source has are kept",
            "X,X,X",
        ),
        Definition(
            "seed",
            "0",
            *whole_number(0, 2**32 - 1),
            "0",
            "the same seed gives the same splits",
            "N",
        ),
        Definition(
            "sha256",
            "",
            _sha256,
            "64 hexadecimal digits",
            "0" * 64,
            "what the archive must have; anything else is refused",
            "HEX",
        ),
        Definition(
            "max_gigabytes",
            "50",
            *number(0, 10000, above=True),
            "50",
            "most that may be downloaded, and most that may be unpacked",
            "X",
        ),
        Definition(
            "max_files",
            "1000000",
            *whole_number(1, 100000000),
            "1000000",
            "most files that the source may hold",
            "N",
        ),
        definition_of("max_bad"),
        Definition(
            "workers",
            str(min(os.cpu_count() or 1, 256)),
            _WORKERS.parse,
            _WORKERS.allowed,
            "4",
            "threads that check photos",
            "N",
        ),
        Definition(
            "upload",
            "",
            optional_s3_location,
            "s3://BUCKET/PREFIX",
            "s3://my-bucket/data",
            "where to copy the result to; nowhere if empty",
            "s3://BUCKET/PREFIX",
        ),
    ),
)


def read_prepare_settings(arguments: Sequence[str]) -> PrepareSettings:
    """Read and check the settings of a preparation.

    Raises:
        SettingsError: naming every wrong setting.
        SystemExit: with status 0 after ``--help``.
    """
    values = read_arguments(arguments, PREPARATION)
    largest = int(values.pop("max_gigabytes") * GIGABYTE)
    return PrepareSettings(**values, largest=largest)
