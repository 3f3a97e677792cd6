"""Features on disk, addressed by all that decides them."""

import hashlib
import io
import json
import logging
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kennel_training.files import write_whole
from kennel_training.transform import Preprocessing

# Raise when extraction changes in a way that the key does not show.
VERSION = 1

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Chunk:
    """Features of some consecutive photos.

    Attributes:
        values: float32 [photos, views, width]; zeros where a photo is unreadable.
        reasons: why a photo is unreadable, empty where it is not.
    """

    values: NDArray[np.float32]
    reasons: tuple[str, ...]


class FeatureCache:
    """A folder of chunks; an interrupted run leaves the finished ones for the next."""

    def __init__(
        self, directory: Path, weights: str, preprocessing: Preprocessing, precision: str
    ) -> None:
        self._directory = directory
        self._common = {
            "version": VERSION,
            "weights": weights,
            "preprocessing": preprocessing.to_json(),
            "precision": precision,
        }

    def _path(self, digests: Sequence[str], views: int) -> Path:
        key = json.dumps({**self._common, "views": views, "photos": list(digests)}, sort_keys=True)
        name = hashlib.sha256(key.encode()).hexdigest()
        return self._directory / name[:2] / f"{name}.npz"

    def load(self, digests: Sequence[str], views: int) -> Chunk | None:
        """The chunk of these photos, or None where it has yet to be made."""
        path = self._path(digests, views)
        try:
            with np.load(path, allow_pickle=False) as stored:
                return Chunk(stored["values"], tuple(str(r) for r in stored["reasons"]))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            log.warning("Warning: %s is damaged and is made again", path)
            return None

    def store(self, digests: Sequence[str], views: int, chunk: Chunk) -> None:
        """Keep a chunk; never leaves half a file."""
        content = io.BytesIO()
        np.savez(content, values=chunk.values, reasons=np.array(chunk.reasons, dtype=np.str_))
        write_whole(self._path(digests, views), content.getvalue())
