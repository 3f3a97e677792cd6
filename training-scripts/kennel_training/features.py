"""Features of the frozen backbone: extracted once, reused for every epoch and every run."""

import hashlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from kennel_training.backbones import Backbone
from kennel_training.compute import arithmetic
from kennel_training.dataset import Photo
from kennel_training.decoding import decode_readable
from kennel_training.feature_cache import Chunk, FeatureCache
from kennel_training.progress import Progress
from kennel_training.skipped import SkippedFiles
from kennel_training.transform import Pixels, Preprocessing

# Fixed, because a photo's features may differ in the last bit with the batch that it is in.
CHUNK = 128
BATCH = 32

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
    """Runs one backbone, in evaluation mode, over photos; keeps what it computes in a cache."""

    def __init__(
        self,
        backbone: Backbone,
        preprocessing: Preprocessing,
        precision: str,
        device: torch.device,
        workers: int,
        cache: FeatureCache,
        skipped: SkippedFiles,
    ) -> None:
        self._backbone = backbone.eval().to(device, memory_format=torch.channels_last)
        self._preprocessing = preprocessing
        self._precision = precision
        self._device = device
        self._workers = workers
        self._cache = cache
        self._skipped = skipped

    def extract(self, title: str, photos: Sequence[Photo], views: int) -> Features:
        """Features of ``photos`` in ``views`` views each.

        Raises:
            TrainingError: when too many photos are unreadable.
        """
        parts = [photos[start : start + CHUNK] for start in range(0, len(photos), CHUNK)]
        chunks = [self._cache.load([p.digest for p in part], views) for part in parts]
        missing = [part for part, chunk in zip(parts, chunks, strict=True) if chunk is None]
        count = sum(len(part) for part in missing)
        with Progress(f"Extracting features of {title} photos", count) as progress:
            computed = self._compute(missing, views, progress)
            chunks = [chunk if chunk is not None else next(computed) for chunk in chunks]
            seconds = progress.seconds
        source = "all from the cache"
        if count:
            rate = f"in {seconds:.1f} s ({count / seconds:.0f} a second)"
            source = f"{count} extracted {rate}, {len(photos) - count} from the cache"
        log.info("Features of %d %s photos: %s", len(photos), title, source)
        return self._assemble(photos, [chunk for chunk in chunks if chunk is not None])

    def _compute(
        self, parts: Sequence[Sequence[Photo]], views: int, progress: Progress
    ) -> Iterator[Chunk]:
        batches = decode_readable(
            [part[start : start + BATCH] for part in parts for start in range(0, len(part), BATCH)],
            self._preprocessing,
            range(views),
            self._workers,
            self._skipped,
        )
        for part in parts:
            values = np.zeros((len(part), views, self._backbone.width), dtype=np.float32)
            readable = np.zeros(len(part), dtype=bool)
            for start in range(0, len(part), BATCH):
                batch, pixels = next(batches)
                if pixels:
                    rows = [start + row for row in pixels]
                    values[rows] = self._forward(np.stack(list(pixels.values())))
                    readable[rows] = True
                progress.advance(len(batch))
            reasons = self._skipped.reasons
            chunk = Chunk(
                values,
                tuple(
                    "" if read else reasons[photo.name]
                    for photo, read in zip(part, readable, strict=True)
                ),
            )
            self._cache.store([photo.digest for photo in part], views, chunk)
            yield chunk

    def _forward(self, photos: Pixels) -> NDArray[np.float32]:
        """From [photos, views, crop, crop, 3] to [photos, views, width]."""
        count, views = photos.shape[:2]
        batch = torch.from_numpy(photos.reshape(count * views, *photos.shape[2:])).to(self._device)
        with torch.inference_mode(), arithmetic(self._precision, self._device):
            features = self._backbone(batch).float().cpu().numpy()
        return features.reshape(count, views, -1)

    def _assemble(self, photos: Sequence[Photo], chunks: Sequence[Chunk]) -> Features:
        reasons = [reason for chunk in chunks for reason in chunk.reasons]
        for photo, reason in zip(photos, reasons, strict=True):
            if reason:
                self._skipped.add(photo.name, reason)
        kept = [row for row, reason in enumerate(reasons) if not reason]
        return Features(
            np.concatenate([chunk.values for chunk in chunks])[kept],
            np.array([photos[row].label for row in kept], dtype=np.int64),
            tuple(photos[row] for row in kept),
        )
