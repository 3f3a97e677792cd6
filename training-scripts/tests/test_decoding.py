"""Threads and processes decode alike, and a process that is killed is told of."""

from dataclasses import replace
from multiprocessing import active_children
from multiprocessing.context import SpawnProcess
from pathlib import Path

import numpy as np
import pytest

from kennel_training.common.errors import TrainingError
from kennel_training.data.dataset import Photo, index_dataset
from kennel_training.data.decoding import Decoder
from kennel_training.data.skipped import SkippedFiles
from kennel_training.data.transform import Preprocessing


def decoder(skipped: SkippedFiles, processes: bool) -> Decoder:
    return Decoder(Preprocessing.for_image_size(32), 2, skipped, processes)


def test_processes_decode_as_threads_do(photos: Path, tmp_path: Path):
    train = index_dataset(photos, SkippedFiles(0), 2).splits["train"]
    broken = replace(train[3], path=tmp_path / "gone.jpg", name="gone.jpg")
    # More than a process decodes at a time, and a part without any photo that is readable.
    parts: list[list[Photo]] = [[*train[:3], broken, *train[4:12]], [broken], [train[12]]]
    found = []
    for processes in (False, True):
        skipped = SkippedFiles(1)
        batches = decoder(skipped, processes).batches(parts, (0, 1))
        found.append([readable for _, readable in batches])
        assert skipped.reasons == {"gone.jpg": "No such file or directory"}
    threads, others = found
    assert [list(part) for part in threads] == [[0, 1, 2, *range(4, 12)], [], [0]]
    assert [list(part) for part in others] == [list(part) for part in threads]
    for one, other in zip(threads, others, strict=True):
        assert all(np.array_equal(one[row], other[row]) for row in one)


def test_no_more_processes_start_than_workers(photos: Path, monkeypatch: pytest.MonkeyPatch):
    started = []
    real = SpawnProcess.start

    def start(process: SpawnProcess) -> None:
        started.append(process)
        real(process)

    monkeypatch.setattr(SpawnProcess, "start", start)
    train = index_dataset(photos, SkippedFiles(0), 2).splits["train"]
    one = decoder(SkippedFiles(0), processes=True)
    for _ in range(2):
        assert len(list(one.batches([train], (0,)))) == 1
    assert len(started) == 2


def test_a_killed_process_is_one_message(photos: Path):
    train = index_dataset(photos, SkippedFiles(0), 2).splits["train"]
    before = set(active_children())
    batches = decoder(SkippedFiles(0), processes=True).batches([[p] for p in train * 20], (0,))
    next(batches)
    for process in set(active_children()) - before:
        process.kill()
    with pytest.raises(TrainingError, match="a process that decodes photos has ended"):
        list(batches)
