"""Settings of quantize.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kennel_training.s3.folders import S3Folder
from kennel_training.settings.definitions import definitions_of, setting
from kennel_training.settings.kinds import DIRECTORY, MODEL, number, or_in_s3, whole_number
from kennel_training.settings.reading import Program, read_values
from kennel_training.settings.training import like


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
    data: Path = like("data", help="the photos that the model was trained with")
    model_dir: Path = like("model_dir", kind=MODEL, help="the model to quantize", remote="read")
    int8_dir: Path = setting(
        "{base}/model-int8",
        or_in_s3(DIRECTORY),
        "where the INT8 model directory goes; --model_dir itself is also allowed",
        "model-int8",
        remote="write",
    )
    max_drop: float = setting(
        "0.5",
        number(0, 100),
        "write nothing when more than X percentage points of test accuracy are lost, and that\n"
        "not by chance (95 % confidence)",
    )
    calibration_photos: int = setting(
        "256",
        whole_number(1, 100000),
        "training photos that decide the ranges, spread over the classes",
    )
    max_bad: int = like("max_bad")
    workers: int = like("workers")
    s3_folders: tuple[S3Folder, ...] = ()


QUANTIZATION = Program(
    "quantize.py",
    "Make an INT8 model of a trained one; written only if its test accuracy holds.",
    definitions_of(QuantizationSettings),
)


def read_quantization_settings(
    arguments: Sequence[str], environment: Mapping[str, str]
) -> QuantizationSettings:
    """Read and check the settings of a quantization; raises as ``read_values`` does."""
    return QuantizationSettings(**read_values(arguments, environment, QUANTIZATION))
