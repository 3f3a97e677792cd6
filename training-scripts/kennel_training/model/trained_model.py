"""A model directory, read and checked before anything is computed with it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kennel_training.common.errors import TrainingError
from kennel_training.data.origin import ORIGIN
from kennel_training.data.transform import Preprocessing
from kennel_training.model.directory import FILES


@dataclass(frozen=True)
class TrainedModel:
    """What a model directory holds; the graph itself is at ``path``.

    Attributes:
        origin: content of origin.json; None where there is none.
    """

    path: Path
    classes: tuple[str, ...]
    preprocessing: Preprocessing
    metrics: dict[str, Any]
    origin: dict[str, Any] | None = None


def read_model_directory(directory: Path) -> TrainedModel:
    """Read what training wrote.

    Raises:
        TrainingError: naming the files that are missing or hold something else.
    """
    missing = [name for name in FILES if not (directory / name).is_file()]
    if missing:
        raise TrainingError(
            f"{directory} has no {', '.join(missing)}: pass a folder that train.py wrote with "
            "--model_dir"
        )
    preprocessing = _read_object(directory / "preprocess.json")
    try:
        known = Preprocessing(**preprocessing)
    except TypeError:
        known = None
    # The pixels are made by this version's rules; another file's model may have seen others.
    if known is None or known not in [
        Preprocessing(known.resize, known.crop, decode=decode) for decode in ("full", "reduced")
    ]:
        raise TrainingError(
            f"{directory / 'preprocess.json'} holds {json.dumps(preprocessing)}, which this "
            'version does not know; for example {"version": 1, "exif_orientation": true, '
            '"resize": 256, "crop": 224, "filter": "bilinear"}'
        )
    classes = _read(directory / "classes.json")
    if not isinstance(classes, list) or not all(isinstance(name, str) for name in classes):
        raise TrainingError(f"{directory / 'classes.json'} is not a JSON array of class names")
    metrics = _read_object(directory / "metrics.json")
    origin = directory / ORIGIN
    return TrainedModel(
        directory / "model.onnx",
        tuple(classes),
        known,
        metrics,
        _read_object(origin) if origin.is_file() else None,
    )


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise TrainingError(f"{path} is not JSON ({error})") from None


def _read_object(path: Path) -> dict[str, Any]:
    content = _read(path)
    if not isinstance(content, dict):
        raise TrainingError(f"{path} is not a JSON object")
    return content
