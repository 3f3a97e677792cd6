"""Decoding in threads, a bounded number of photos ahead of the network."""

from collections.abc import Iterator, Sequence

import numpy as np

from kennel_training.ahead import map_ahead
from kennel_training.dataset import Photo
from kennel_training.errors import UnreadablePhotoError
from kennel_training.skipped import SkippedFiles
from kennel_training.transform import Pixels, Preprocessing, decode, plain_view, random_view

# Photos that are decoded before they are needed, for each thread that decodes: more would only
# displace the network from the processor's caches.
AHEAD = 8


def decode_views(photo: Photo, preprocessing: Preprocessing, views: Sequence[int]) -> Pixels:
    """Pixels [views, crop, crop, 3]; view 0 is what the server sees, others are random crops.

    Raises:
        UnreadablePhotoError: with the reason.
    """
    try:
        content = photo.path.read_bytes()
    except OSError as error:
        raise UnreadablePhotoError(error.strerror or str(error)) from None
    image = decode(content, preprocessing)
    return np.stack(
        [
            plain_view(image, preprocessing)
            if view == 0
            else random_view(image, preprocessing, f"{photo.digest} {view}")
            for view in views
        ]
    )


def decode_readable(
    parts: Sequence[Sequence[Photo]],
    preprocessing: Preprocessing,
    views: Sequence[int],
    workers: int,
    skipped: SkippedFiles,
) -> Iterator[tuple[Sequence[Photo], dict[int, Pixels]]]:
    """Each part with the pixels [views, crop, crop, 3] of its readable photos, by their row.

    Raises:
        TrainingError: when too many photos are unreadable.
    """
    stream = _decode_ahead([p for part in parts for p in part], preprocessing, views, workers)
    for part in parts:
        readable = {}
        for row, photo in enumerate(part):
            result = next(stream)
            if isinstance(result, UnreadablePhotoError):
                skipped.add(photo.name, str(result))
            else:
                readable[row] = result
        yield part, readable


def _decode_ahead(
    photos: Sequence[Photo], preprocessing: Preprocessing, views: Sequence[int], workers: int
) -> Iterator[Pixels | UnreadablePhotoError]:
    def attempt(photo: Photo) -> Pixels | UnreadablePhotoError:
        try:
            return decode_views(photo, preprocessing, views)
        except UnreadablePhotoError as error:
            return error

    return map_ahead(attempt, photos, workers, AHEAD * workers)
