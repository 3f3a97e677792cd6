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

from kennel_training.files import require_room, write_whole
from kennel_training.shared_cache import SharedCache
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
    """A folder of chunks; an interrupted run leaves the finished ones for the next.

    With a ``shared`` cache, chunks also come from other jobs and go to them.
    """

    def __init__(
        self,
        directory: Path,
        weights: str,
        preprocessing: Preprocessing,
        precision: str,
        shared: SharedCache | None = None,
    ) -> None:
        self._directory = directory
        self._shared = shared
        self._common = {
            "version": VERSION,
            "weights": weights,
            "preprocessing": preprocessing.to_json(),
            "precision": precision,
        }

    @property
    def is_shared(self) -> bool:
        """Whether other jobs may add chunks while this one runs."""
        return self._shared is not None and self._shared.active

    def fetch(self, parts: Sequence[Sequence[str]], views: int) -> None:
        """Bring here what other jobs have of these chunks: the photos' digests of each."""
        if self._shared is not None:
            paths = {path.name: path for path in (self._path(part, views) for part in parts)}
            wanted = [name for name, path in paths.items() if not path.is_file()]
            self._shared.fetch(
                self._folder(views), wanted, lambda name, body: write_whole(paths[name], body)
            )

    def require_room(self, numbers: int) -> None:
        """Make sure, before hours of work, that so many numbers can be kept.

        Raises:
            TrainingError: when the disk has less room.
        """
        require_room("--cache_dir", self._directory, numbers * np.dtype(np.float32).itemsize)

    def load(self, digests: Sequence[str], views: int) -> Chunk | None:
        """The chunk of these photos, or None where it has yet to be made."""
        path = self._path(digests, views)
        try:
            with np.load(path, allow_pickle=False) as stored:
                chunk = Chunk(stored["values"], tuple(str(r) for r in stored["reasons"]))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            chunk = None
        if chunk is None or not _fits(chunk, len(digests), views):
            log.warning("Warning: %s is damaged and is made again", path)
            if self._shared is not None:
                self._shared.reject(path.name)
            return None
        if self._shared is not None and self._shared.lacks(path.name):
            # Left by a run that ended before its uploads did.
            self._shared.offer(self._folder(views), path.name, path.read_bytes())
        return chunk

    def store(self, digests: Sequence[str], views: int, chunk: Chunk) -> None:
        """Keep a chunk; never leaves half a file."""
        content = io.BytesIO()
        np.savez(content, values=chunk.values, reasons=np.array(chunk.reasons, dtype=np.str_))
        path = self._path(digests, views)
        write_whole(path, content.getvalue())
        if self._shared is not None:
            self._shared.offer(self._folder(views), path.name, content.getvalue())

    def _folder(self, views: int) -> str:
        """One for all that decides features besides the photos, so that it is listed at once."""
        key = json.dumps({**self._common, "views": views}, sort_keys=True)
        return hashlib.sha256(key.encode()).hexdigest()[:32]

    def _path(self, digests: Sequence[str], views: int) -> Path:
        name = hashlib.sha256(json.dumps(list(digests)).encode()).hexdigest()
        return self._directory / self._folder(views) / f"{name}.npz"


def _fits(chunk: Chunk, photos: int, views: int) -> bool:
    values = chunk.values
    return (
        values.dtype == np.float32
        and values.ndim == 3
        and values.shape[:2] == (photos, views)
        and len(chunk.reasons) == photos
    )
