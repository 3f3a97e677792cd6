"""Settings of a training run."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from kennel_training.networks.names import BACKBONE_NAMES
from kennel_training.s3.client import S3Location
from kennel_training.s3.folders import S3Folder
from kennel_training.settings.definitions import definitions_of, setting
from kennel_training.settings.kinds import (
    BLOCKS,
    DIRECTORY,
    PHOTOS,
    S3,
    WEIGHTS,
    choice,
    number,
    optional,
    or_in_s3,
    whole_number,
)
from kennel_training.settings.reading import JOB_SOURCES, Program, read_values


@dataclass(frozen=True)
class Settings:
    """Everything a run depends on, checked. Paths are absolute, and of this machine.

    Attributes:
        s3_folders: those whose place is in S3; their paths are those of the copies here.
    """

    base_directory: Path
    data: Path = setting(
        "{base}/input/data/training",
        PHOTOS,
        "folder with train/, valid/ and test/, a folder per class in each",
        "photos",
        ("SM_CHANNEL_TRAINING", "SM_CHANNEL_TRAIN"),
        "read",
    )
    model_dir: Path = setting(
        "{base}/model",
        or_in_s3(DIRECTORY),
        "where model.onnx, classes.json, preprocess.json and metrics.json go",
        "model",
        ("SM_MODEL_DIR",),
        "write",
    )
    output_dir: Path = setting(
        "{base}/output/data",
        or_in_s3(DIRECTORY),
        "where report.html, run.json, mistakes.json and history.json go",
        "output",
        ("SM_OUTPUT_DATA_DIR",),
        "write",
    )
    checkpoint_dir: Path = setting(
        "{base}/checkpoints",
        DIRECTORY,
        "where an interrupted run leaves what it needs to go on",
        "checkpoints",
    )
    cache_dir: Path = setting(
        "{base}/checkpoints/cache",
        DIRECTORY,
        "where extracted features are kept for the next run",
        "cache",
    )
    cache_uri: S3Location | None = setting(
        "",
        optional(S3),
        "where jobs share extracted features, beside their own --cache_dir; nowhere if empty",
        "s3://my-bucket/cache",
    )
    backbone: str = setting(
        "resnet50",
        choice(*BACKBONE_NAMES),
        "network that turns a photo into features:\n" + "\n".join(BACKBONE_NAMES),
        "resnet18",
    )
    weights: str = setting(
        "imagenet",
        WEIGHTS,
        "imagenet (downloaded by torchvision; efficientnet_lite0's is installed), none (random)\n"
        "or a file",
        "resnet50.pth",
    )
    image_size: int = setting("224", whole_number(32, 1024), "pixels a side that the network sees")
    views: int = setting(
        "1",
        whole_number(1, 64),
        "views of each training photo: the plain one and N-1 random crops and flips",
        "4",
    )
    epochs: int = setting("20", whole_number(1, 10000), "maximum number of epochs of the head")
    batch_size: int = setting("64", whole_number(1, 65536), "photos in a training step")
    learning_rate: float = setting("0.001", number(0, 10, above=True), "learning rate of the head")
    weight_decay: float = setting("0.01", number(0, 1), "AdamW's weight decay")
    patience: int = setting(
        "5", whole_number(1, 10000), "stop after N epochs without a better validation loss"
    )
    seed: int = setting("0", whole_number(0, 2**32 - 1), "the same seed gives the same model")
    unfreeze: int | None = setting(
        "0", BLOCKS, "fine-tune the last N blocks of the backbone first (0: keep it frozen)", "2"
    )
    unfreeze_epochs: int = setting("10", whole_number(1, 10000), "epochs of that fine-tuning")
    unfreeze_learning_rate: float = setting(
        "0.0001", number(0, 10, above=True), "highest learning rate of that fine-tuning"
    )
    precision: str = setting(
        "auto",
        choice("auto", "fp32", "bf16"),
        "arithmetic of fine-tuning and extraction; auto: half precision where it is faster here",
        "fp32",
    )
    max_bad: int = setting(
        "10", whole_number(0, 1000000), "fail when more than N files cannot be read"
    )
    workers: int = setting(
        str(min(os.cpu_count() or 1, 256)),
        whole_number(1, 256),
        "how many photos are decoded at the same time",
        "4",
        ("SM_NUM_CPUS",),
    )
    hourly_price: float | None = setting(
        "", optional(number(0, 10000)), "dollars an hour for one machine, for the report", "0.23"
    )
    backend: str = setting(
        "gloo",
        choice("gloo", "nccl"),
        "how several processes meet: gloo, or nccl where every process has a GPU",
    )
    s3_folders: tuple[S3Folder, ...] = ()


DEFINITIONS = {definition.name: definition for definition in definitions_of(Settings)}


def like(name: str, **changes: Any) -> Any:
    """A field that is the training setting of this name, but for ``changes``."""
    return field(metadata={"description": replace(DEFINITIONS[name], **changes)})


TRAINING = Program(
    "train.py",
    "Train an image classifier and write a model directory.",
    tuple(DEFINITIONS.values()),
    JOB_SOURCES,
)


def read_settings(
    arguments: Sequence[str], environment: Mapping[str, str] = os.environ
) -> Settings:
    """Read and check the settings of a training run from all sources.

    Raises:
        SettingsError: naming every wrong setting.
        SystemExit: with status 0 after ``--help``.
    """
    return Settings(**read_values(arguments, environment, TRAINING))
