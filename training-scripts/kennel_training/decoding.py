"""Decoding in threads, a bounded number of photos ahead of the network."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import numpy as np

from kennel_training.dataset import Photo
from kennel_training.errors import UnreadablePhoto
from kennel_training.transform import Pixels, Preprocessing, decode, plain_view, random_view

AHEAD = 64

Item = TypeVar("Item")
Decoded = Pixels | UnreadablePhoto


def decode_view(photo: Photo, preprocessing: Preprocessing, view: int) -> Pixels:
    """Pixels [crop, crop, 3] of one view; view 0 is what the server sees.

    Raises:
        UnreadablePhoto: with the reason.
    """
    return decode_views(photo, preprocessing, (view,))[0]


def decode_views(photo: Photo, preprocessing: Preprocessing, views: Iterable[int]) -> Pixels:
    """Pixels [views, crop, crop, 3].

    Raises:
        UnreadablePhoto: with the reason.
    """
    try:
        content = photo.path.read_bytes()
    except OSError as error:
        raise UnreadablePhoto(error.strerror or str(error)) from None
    image = decode(content, preprocessing)
    return np.stack(
        [
            plain_view(image, preprocessing)
            if view == 0
            else random_view(image, preprocessing, f"{photo.digest} {view}")
            for view in views
        ]
    )


def decode_ahead(
    items: Iterable[Item], decode_one: Callable[[Item], Pixels], workers: int
) -> Iterator[Decoded]:
    """Results in the order of ``items``; an unreadable photo arrives as its exception."""

    def attempt(item: Item) -> Decoded:
        try:
            return decode_one(item)
        except UnreadablePhoto as error:
            return error

    pool = ThreadPoolExecutor(workers)
    pending: deque[Future[Decoded]] = deque()
    try:
        for item in items:
            pending.append(pool.submit(attempt, item))
            if len(pending) >= AHEAD:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
