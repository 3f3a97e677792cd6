"""Features of the frozen backbone: extracted once, reused for every epoch and every run."""

import hashlib
import logging
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kennel_training.common.ahead import map_ahead
from kennel_training.common.errors import TrainingError
from kennel_training.common.progress import Progress
from kennel_training.data.dataset import Photo
from kennel_training.data.decoding import Decoder
from kennel_training.data.transform import Pixels
from kennel_training.features.cache import FeatureCache
from kennel_training.features.chunk import Chunk, Entry
from kennel_training.networks.compute import one_thread
from kennel_training.networks.forward import Forward
from kennel_training.ranks.group import Group

# Fixed, and a multiple of every batch, because a photo's features may differ in the last bit with
# the batch that it is in. Only several processes with fewer photos than chunks make smaller ones.
CHUNK = 128
# Chunks between two looks at what other jobs have put into the shared cache.
SHARED_TURN = 4

# Rows of a sequence of photos that are extracted together.
Part = list[int]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Features:
    """What the head learns from: readable photos only.

    Attributes:
        values: float32 [photos, views, width].
        labels: int64 [photos].
        photos: in the order of the rows.
    """

    values: NDArray[np.float32]
    labels: NDArray[np.int64]
    photos: tuple[Photo, ...]

    def fingerprint(self) -> str:
        """SHA-256 of the values and labels."""
        digest = hashlib.sha256(f"{self.values.shape}".encode())
        digest.update(np.ascontiguousarray(self.values).data)
        digest.update(self.labels.data)
        return digest.hexdigest()


class FeatureExtractor:
    """Runs one backbone over photos while they are decoded; keeps what it computes in a cache."""

    def __init__(
        self,
        forward: Forward,
        decoder: Decoder,
        cache: FeatureCache,
        group: Group | None = None,
    ) -> None:
        self._network = forward
        self._decoder = decoder
        self._cache = cache
        self._group = group or Group()

    def extract(self, title: str, photos: Sequence[Photo], views: int) -> Features:
        """Features of ``photos`` in ``views`` views each; only for rank 0.

        Raises:
            TrainingError: when too many photos are unreadable.
        """
        # Equal photos have the same features.
        rows = {photo.digest: row for row, photo in reversed(list(enumerate(photos)))}
        found = self._cache.load(rows, views)
        missing = sorted(row for digest, row in rows.items() if digest not in found)
        parts = _parts(missing, self._group.size)
        self._cache.require_room(len(missing) * views * self._network.width)
        count = 0
        doing = f"Extracting features of {title} photos"
        with one_thread(), Progress(doing, len(missing)) as progress:
            while parts:
                turn, parts = self._next_turn(parts)
                self._group.broadcast(turn)
                for chunk in self._gathered(photos, turn, views, progress):
                    self._cache.store(chunk, views)
                    found |= chunk.entries()
                    count += len(chunk.digests)
                parts = self._without_others(photos, parts, views, found, progress)
            self._group.broadcast([])
            seconds = progress.seconds
        source = "all from the cache"
        if count:
            rate = f"in {seconds:.1f} s ({count / seconds:.0f} a second)"
            source = f"{count} extracted {rate}, {len(photos) - count} from the cache"
        log.info("Features of %d %s photos: %s", len(photos), title, source)
        return self._assemble(photos, [found[photo.digest] for photo in photos])

    def _next_turn(self, parts: list[Part]) -> tuple[list[Part], list[Part]]:
        """What to extract now, and the rest. All at once, unless other jobs may do some of it.

        Those jobs are often started together, so each takes another order.
        """
        if not self._cache.is_shared:
            return parts, []
        order = random.SystemRandom().sample(parts, len(parts))
        length = SHARED_TURN * self._group.size
        return sorted(order[:length]), order[length:]

    def _without_others(
        self,
        photos: Sequence[Photo],
        parts: list[Part],
        views: int,
        found: dict[str, Entry],
        progress: Progress,
    ) -> list[Part]:
        """What of ``parts`` no other job has made meanwhile; the rest goes to ``found``."""
        if not parts:
            return []
        theirs = self._cache.load([photos[row].digest for part in parts for row in part], views)
        progress.advance(len(theirs))
        found |= theirs
        left = [[row for row in part if photos[row].digest not in theirs] for part in parts]
        return [part for part in left if part]

    def assist(self, title: str, photos: Sequence[Photo], views: int) -> None:
        """The part of the other ranks in rank 0's ``extract``: they neither keep nor write."""
        while turn := self._group.broadcast(None):
            count = sum(len(part) for part in turn)
            with (
                one_thread(),
                Progress(f"Extracting features of {title} photos", count) as progress,
            ):
                for _ in self._gathered(photos, turn, views, progress):
                    pass

    def _gathered(
        self, photos: Sequence[Photo], parts: Sequence[Part], views: int, progress: Progress
    ) -> Iterator[Chunk]:
        """Chunks of the parts from all ranks, one of each rank at a time."""
        rank, size = self._group.rank, self._group.size
        own = self._compute(
            [[photos[row] for row in p] for p in parts[rank::size]], views, progress
        )
        for _ in range(math.ceil(len(parts) / size)):
            for other, chunk in enumerate(self._group.gather(next(own, None))):
                if chunk is not None:
                    if other != rank:
                        progress.advance(len(chunk.digests))
                    yield chunk

    def _compute(
        self, parts: Sequence[Sequence[Photo]], views: int, progress: Progress
    ) -> Iterator[Chunk]:
        self._network.prepare()
        size = self._network.batch
        pieces = [part[at : at + size] for part in parts for at in range(0, len(part), size)]
        decoded = self._decoder.batches(pieces, range(views))
        network = self._network
        batches = map_ahead(self._read_batch, decoded, network.pool, network.streams + 1)
        for part in parts:
            values = np.zeros((len(part), views, self._network.width), dtype=np.float32)
            readable = np.zeros(len(part), dtype=bool)
            for at in range(0, len(part), size):
                rows, features = next(batches)
                if rows:
                    values[[at + row for row in rows]] = features
                    readable[[at + row for row in rows]] = True
                progress.advance(min(size, len(part) - at))
            reasons = self._decoder.skipped.reasons
            yield Chunk(
                tuple(photo.digest for photo in part),
                values,
                tuple(
                    "" if read else reasons[photo.name]
                    for photo, read in zip(part, readable, strict=True)
                ),
            )

    def _read_batch(
        self, decoded: tuple[Sequence[Photo], dict[int, Pixels]]
    ) -> tuple[list[int], NDArray[np.float32] | None]:
        """Rows of the readable photos, and their features [rows, views, width] if there are any."""
        rows = list(decoded[1])
        return rows, self._forward(np.stack(list(decoded[1].values()))) if rows else None

    def _forward(self, photos: Pixels) -> NDArray[np.float32]:
        """From [photos, views, crop, crop, 3] to [photos, views, width]."""
        count, views = photos.shape[:2]
        flat = photos.reshape(count * views, *photos.shape[2:])
        size = self._network.batch
        batches = [self._network(flat[at : at + size]) for at in range(0, len(flat), size)]
        features = np.concatenate(batches).reshape(count, views, -1)
        if not np.isfinite(features).all():
            raise TrainingError(
                "the backbone's features are not finite numbers: pass --precision fp32, or other "
                "--weights"
            )
        return features

    def _assemble(self, photos: Sequence[Photo], entries: Sequence[Entry]) -> Features:
        for photo, (_, reason) in zip(photos, entries, strict=True):
            if reason:
                self._decoder.skipped.add(photo.name, reason)
        kept = [row for row, (_, reason) in enumerate(entries) if not reason]
        return Features(
            np.stack([values for values, _ in entries])[kept],
            np.array([photos[row].label for row in kept], dtype=np.int64),
            tuple(photos[row] for row in kept),
        )


def share_of(rank: int, size: int, photos: Sequence[Photo]) -> int:
    """How many of ``photos`` a rank extracts when none of them is in the cache."""
    return sum(len(part) for part in _parts(range(len(photos)), size)[rank::size])


def _parts(rows: Sequence[int], size: int) -> list[Part]:
    """What a chunk is made from; part i is rank (i mod size)'s."""
    length = min(CHUNK, math.ceil(len(rows) / size)) or 1
    return [list(rows[start : start + length]) for start in range(0, len(rows), length)]
