"""The model directory: whole or not there at all."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kennel_training.common.ending import undivided, unfinished
from kennel_training.common.errors import TrainingError
from kennel_training.common.files import require_writable
from kennel_training.common.lock import only_one
from kennel_training.data.origin import ORIGIN

STAGING_PREFIX = ".staging-"
# What every model directory has, in the order of their appearance; the server needs all, so the
# model itself comes last.
FILES = ("classes.json", "preprocess.json", "metrics.json", "model.onnx")


def to_json(content: object) -> bytes:
    """Readable, with a final newline.

    What of a file's name is not text becomes an escape that JSON allows.
    """
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode(
        errors="backslashreplace"
    )


def write_model_directory(
    directory: Path,
    classes: tuple[str, ...],
    preprocessing: dict[str, Any],
    metrics: dict[str, Any],
    write_model: Callable[[Path], object],
    origin: dict[str, Any] | None = None,
) -> None:
    """Write the four files of the contract, and origin.json where the origin is known.

    They are made in a folder beside their final place and moved only when all are there. An old
    model.onnx goes first and the new one comes last, so that no moment shows a mixture as whole.

    Raises:
        TrainingError: when the disk is full or the folder cannot be written to.
    """
    try:
        with unfinished(directory / f"{STAGING_PREFIX}{os.getpid()}") as staging:
            staging.mkdir()
            write_model(staging / "model.onnx")
            (staging / "classes.json").write_bytes(to_json(list(classes)))
            (staging / "preprocess.json").write_bytes(to_json(preprocessing))
            (staging / "metrics.json").write_bytes(to_json(metrics))
            names: tuple[str, ...] = FILES
            if origin is not None:
                (staging / ORIGIN).write_bytes(to_json(origin))
                names = (ORIGIN, *FILES)
            with undivided:
                for name in ("model.onnx", ORIGIN):
                    (directory / name).unlink(missing_ok=True)
                for name in names:
                    (staging / name).replace(directory / name)
    except OSError as error:
        reason = error.strerror or error
        raise TrainingError(f"cannot write the model to {directory}: {reason}") from None


@contextmanager
def held_model_directory(option: str, directory: Path) -> Iterator[None]:
    """Keep a model directory for this process, and tidy it.

    Two that write into one would take away each other's files; a second one ends at once instead.

    Raises:
        TrainingError: naming the option to change.
    """
    require_writable(option, directory)
    busy = (
        f"another run will write its model to {directory}: wait for its end, or pass another "
        f"folder with {option}"
    )
    with only_one(directory, busy):
        # Of a killed run, so that it is not packed with the model.
        for leftover in directory.glob(f"{STAGING_PREFIX}*"):
            shutil.rmtree(leftover, ignore_errors=True)
        yield
