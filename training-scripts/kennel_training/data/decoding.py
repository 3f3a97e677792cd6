"""Decoding beside the network, a bounded number of photos ahead of it."""

import multiprocessing
import signal
from collections.abc import Iterator, Sequence
from functools import cached_property, partial
from multiprocessing.connection import Connection
from queue import SimpleQueue

import numpy as np

from kennel_training.common.ahead import map_ahead
from kennel_training.common.errors import TrainingError, UnreadablePhotoError
from kennel_training.data.dataset import Photo
from kennel_training.data.skipped import SkippedFiles
from kennel_training.data.transform import Pixels, Preprocessing, decode, plain_view, random_view

# What a worker decodes at a time, and how many times that before it is needed. A process sends
# several photos back at less cost than one; more ahead would only displace the network from the
# processor's caches.
THREADS, PROCESSES = (1, 8), (8, 2)

Views = Sequence[int]
Decoded = Pixels | UnreadablePhotoError


class Decoder:
    """Decodes photos with several workers.

    Args:
        workers: how many.
        processes: whether they are processes. Threads take turns in Python's interpreter, which
            allows some thousand photos a second; a GPU takes more.
    """

    def __init__(
        self,
        preprocessing: Preprocessing,
        workers: int,
        skipped: SkippedFiles,
        processes: bool = False,
    ) -> None:
        self.preprocessing = preprocessing
        self.skipped = skipped
        self._workers = workers
        self._processes = processes

    def batches(
        self, parts: Sequence[Sequence[Photo]], views: Views
    ) -> Iterator[tuple[Sequence[Photo], dict[int, Pixels]]]:
        """Each part with the pixels [views, crop, crop, 3] of its readable photos, by their row.

        Raises:
            TrainingError: when too many photos are unreadable.
        """
        size, ahead = PROCESSES if self._processes else THREADS
        groups = (part[at : at + size] for part in parts for at in range(0, len(part), size))
        # Here, in one thread: those that decode would each start processes.
        decode_group = partial(_decode_elsewhere, self._idle) if self._processes else _decode_group
        work = partial(decode_group, preprocessing=self.preprocessing, views=views)
        results = map_ahead(work, groups, self._workers, ahead * self._workers)
        stream = (result for group in results for result in group)
        for part in parts:
            readable = {}
            for row, photo in enumerate(part):
                result = next(stream)
                if isinstance(result, UnreadablePhotoError):
                    self.skipped.add(photo.name, str(result))
                else:
                    readable[row] = result
            yield part, readable

    @cached_property
    def _idle(self) -> SimpleQueue[Connection]:
        """Connections to the processes that have nothing to do."""
        # Without this process's threads, GPU and torch.
        context = multiprocessing.get_context("spawn")
        idle: SimpleQueue[Connection] = SimpleQueue()
        for _ in range(self._workers):
            ours, theirs = context.Pipe()
            context.Process(target=_serve, args=(theirs,), daemon=True).start()
            theirs.close()
            idle.put(ours)
        return idle


def decode_views(photo: Photo, preprocessing: Preprocessing, views: Views) -> Pixels:
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


def _decode_group(
    photos: Sequence[Photo], preprocessing: Preprocessing, views: Views
) -> list[Decoded]:
    results: list[Decoded] = []
    for photo in photos:
        try:
            results.append(decode_views(photo, preprocessing, views))
        except UnreadablePhotoError as error:
            results.append(error)
    return results


def _decode_elsewhere(
    idle: SimpleQueue[Connection],
    photos: Sequence[Photo],
    preprocessing: Preprocessing,
    views: Views,
) -> list[Decoded]:
    connection = idle.get()
    try:
        connection.send((photos, preprocessing, views))
        return connection.recv()
    except (EOFError, OSError):
        raise TrainingError(
            "a process that decodes photos has ended, perhaps for lack of memory: lower "
            "--workers, or use a larger machine"
        ) from None
    finally:
        idle.put(connection)


def _serve(connection: Connection) -> None:
    """What a process does, until the run that started it ends."""
    # From a terminal it reaches all processes, of which one has something to say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        while True:
            connection.send(_decode_group(*connection.recv()))
    except (EOFError, OSError):
        return
