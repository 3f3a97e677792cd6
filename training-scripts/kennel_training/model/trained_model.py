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
    preprocessing = _read(directory / "preprocess.json", dict)
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
    origin = directory / ORIGIN
    return TrainedModel(
        directory / "model.onnx",
        tuple(str(name) for name in _read(directory / "classes.json", list)),
        known,
        _read(directory / "metrics.json", dict),
        _read(origin, dict) if origin.is_file() else None,
    )


def _read(path: Path, kind: type) -> Any:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise TrainingError(f"{path} is not JSON ({error})") from None
    if not isinstance(content, kind):
        raise TrainingError(
            f"{path} is not a JSON {'object' if kind is dict else 'array of class names'}"
        )
    return content
