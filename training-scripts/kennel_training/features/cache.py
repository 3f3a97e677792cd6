"""Features on disk, addressed by photo and by all else that decides them."""

import hashlib
import json
import logging
from collections.abc import Collection, Set
from pathlib import Path

import numpy as np

from kennel_training.common import ending
from kennel_training.common.files import require_room, write_whole
from kennel_training.data.transform import Preprocessing
from kennel_training.features.chunk import (
    LONGEST_DIGESTS,
    SUFFIX,
    Chunk,
    Entry,
    read_chunk,
    read_digests,
)
from kennel_training.features.shared_cache import SharedCache

# Raise when extraction changes in a way that the key does not show.
VERSION = 2

log = logging.getLogger(__name__)


class FeatureCache:
    """A folder of chunks, in which each photo is found by its content.

    Photos that come, go or move to other splits leave the features of the others as they are, and
    an interrupted run leaves the finished chunks for the next. With a ``shared`` cache, chunks also
    come from other jobs and go to them.
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

    def require_room(self, numbers: int) -> None:
        """Make sure, before hours of work, that so many numbers can be kept.

        Raises:
            TrainingError: when the disk has less room.
        """
        require_room("--cache_dir", self._directory, numbers * np.dtype(np.float32).itemsize)

    def load(self, digests: Collection[str], views: int) -> dict[str, Entry]:
        """What there is of these photos: here or, where it is missing here, of other jobs."""
        folder, shared = self._folder(views), self._shared
        if shared is None:
            return self._load_local(digests, views)
        shared.look(folder)
        found = self._load_local(digests, views)
        missing = [digest for digest in digests if digest not in found]
        here = {f"{folder}/{path.name}" for path in self._files(views)}
        for place, content in shared.fetch(folder, missing, here):
            write_whole(self._directory / place, content)
        return {**self._load_local(missing, views), **found}

    def store(self, chunk: Chunk, views: int) -> None:
        """Keep a chunk; never leaves half a file."""
        place, content = f"{self._folder(views)}/{chunk.name}", chunk.to_bytes()
        write_whole(self._directory / place, content)
        ending.keep(ending.FEATURES)
        if self._shared is not None:
            self._shared.offer(place, content)

    def _load_local(self, digests: Collection[str], views: int) -> dict[str, Entry]:
        left = set(digests)
        found: dict[str, Entry] = {}
        for path in self._files(views):
            chunk = self._read(path, left, views)
            if chunk is not None:
                found |= {d: entry for d, entry in chunk.entries().items() if d in left}
                left.difference_update(chunk.digests)
        if found:
            ending.keep(ending.FEATURES)
        return found

    def _files(self, views: int) -> list[Path]:
        """The oldest first, so that the same one counts each time where two hold a photo."""
        paths = (self._directory / self._folder(views)).glob(f"*{SUFFIX}")
        return sorted(paths, key=lambda path: (_changed(path), path.name))

    def _read(self, path: Path, wanted: Set[str], views: int) -> Chunk | None:
        """The chunk in a file, where it holds one of these photos."""
        if not wanted:
            return None
        place = f"{self._folder(views)}/{path.name}"
        try:
            with path.open("rb") as file:
                start = file.read(LONGEST_DIGESTS)
                if wanted.isdisjoint(read_digests(start)):
                    return None
                content = start + file.read()
            chunk = read_chunk(content)
            if chunk.values.shape[1] != views:
                raise ValueError("of other views")
        except FileNotFoundError:
            # Somebody makes room.
            return None
        except (OSError, ValueError):
            log.warning("Warning: %s is damaged and is made again", path)
            path.unlink(missing_ok=True)
            if self._shared is not None:
                self._shared.reject(place)
            return None
        if self._shared is not None:
            # Perhaps left by a run that ended before its uploads did.
            self._shared.offer(place, content)
        return chunk

    def _folder(self, views: int) -> str:
        """One for all that decides features besides the photos, so that it is listed at once."""
        key = json.dumps({**self._common, "views": views}, sort_keys=True)
        return hashlib.sha256(key.encode()).hexdigest()[:32]


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        # Somebody makes room.
        return 0
