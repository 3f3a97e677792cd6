"""Settings of quantize.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kennel_training.s3.folders import S3Folder
from kennel_training.settings.definitions import (
    Definition,
    definition_of,
    existing_directory,
    number,
    or_in_s3,
    whole_number,
)
from kennel_training.settings.reading import Program, read_values


@dataclass(frozen=True)
class QuantizationSettings:
    """Everything a quantization depends on, checked. Paths are absolute.

    Attributes:
        model_dir: the model directory that is read.
        int8_dir: the one that is written.
        max_drop: maximum percentage points of test accuracy that may be lost.
        calibration_photos: how many training photos decide the ranges.
    """

    base_directory: Path
    data: Path
    model_dir: Path
    int8_dir: Path
    max_drop: float
    calibration_photos: int
    max_bad: int
    workers: int
    s3_folders: tuple[S3Folder, ...] = ()


_DATA = definition_of("data")
_MODEL = definition_of("model_dir")

QUANTIZATION = Program(
    "quantize.py",
    "Make an INT8 model of a trained one; written only if its test accuracy holds.",
    (
        replace(_DATA, help="the photos that the model was trained with"),
        replace(
            _MODEL,
            parse=or_in_s3(existing_directory),
            allowed="a model directory that train.py wrote, or its s3://BUCKET/PREFIX",
            help="the model to quantize",
            remote="read",
        ),
        Definition(
            "int8_dir",
            "{base}/model-int8",
            _MODEL.parse,
            _MODEL.allowed,
            "model-int8",
            "where the INT8 model directory goes; --model_dir itself is allowed, too",
            "DIR|S3",
            remote="write",
        ),
        Definition(
            "max_drop",
            "0.5",
            *number(0, 100, above=False),
            "0.5",
            "write nothing when more than X percentage points of test accuracy are lost, and that\n"
            "not by chance (95 % confidence)",
            "X",
        ),
        Definition(
            "calibration_photos",
            "256",
            *whole_number(1, 100000),
            "256",
            "training photos that decide the ranges, spread over the classes",
            "N",
        ),
        definition_of("max_bad"),
        definition_of("workers"),
    ),
)


def read_quantization_settings(
    arguments: Sequence[str], environment: Mapping[str, str]
) -> QuantizationSettings:
    """Read and check the settings of a quantization.

    Raises:
        SettingsError: naming every wrong setting.
        SystemExit: with status 0 after ``--help``.
    """
    return QuantizationSettings(**read_values(arguments, environment, QUANTIZATION))
