"""Processes that extract features together; rank 0 does everything else."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import torch
from torch import distributed

from kennel_training.common.errors import TrainingError
from kennel_training.ranks.placement import Placement, reach_master
from kennel_training.ranks.watch import watching

# The others wait as long as rank 0 works; a rank that ends is noticed by ``watching``.
WAIT = timedelta(days=5)
SECONDS_TO_NOTICE = 1.0


class Group:
    """What the processes tell each other; a single process talks to nobody."""

    def __init__(self, rank: int = 0, size: int = 1) -> None:
        self.rank = rank
        self.size = size

    def broadcast(self, value: Any) -> Any:
        """Rank 0's value, on every rank."""
        if self.size == 1:
            return value
        values = [value]
        with _others_may_fail():
            distributed.broadcast_object_list(values, src=0)
        return values[0]

    def gather(self, value: Any) -> list[Any]:
        """Every rank's value in the order of the ranks; nothing on other ranks than 0."""
        if self.size == 1:
            return [value]
        values = [None] * self.size if self.rank == 0 else None
        with _others_may_fail():
            distributed.gather_object(value, values, dst=0)
        return values or []

    def barrier(self) -> None:
        """Wait for all: nobody succeeds where one fails."""
        if self.size > 1:
            self.gather(None)
            self.broadcast(None)


@contextmanager
def joined(placement: Placement, backend: str) -> Iterator[Group]:
    """Meet the other processes and leave them at the end.

    Raises:
        TrainingError: when they cannot be reached or the backend has no GPU.
    """
    if placement.size == 1:
        yield Group()
        return
    if backend == "nccl" and not torch.cuda.is_available():
        raise TrainingError("--backend nccl needs a GPU, and there is none: pass --backend gloo")
    if torch.cuda.is_available():
        torch.cuda.set_device(placement.local_rank % torch.cuda.device_count())
    if placement.interface:
        os.environ.setdefault("GLOO_SOCKET_IFNAME", placement.interface)
        os.environ.setdefault("NCCL_SOCKET_IFNAME", placement.interface)
    address, store = _meet(placement, backend)
    try:
        with watching(placement.rank, placement.size, address, store):
            yield Group(placement.rank, placement.size)
    finally:
        distributed.destroy_process_group()


def _meet(placement: Placement, backend: str) -> tuple[str, Any]:
    """Rank 0's address, and what all ranks can read and write."""
    address = reach_master(placement)
    try:
        store = distributed.TCPStore(  # type: ignore[attr-defined]  # documented, not exported
            address, placement.port, placement.size, placement.rank == 0, timedelta(minutes=5)
        )
        # Features are gathered from main memory, which is gloo's part, whatever GPUs use.
        distributed.init_process_group(
            "cpu:gloo,cuda:nccl" if backend == "nccl" else "gloo",
            store=store,
            rank=placement.rank,
            world_size=placement.size,
            timeout=WAIT,
        )
    except RuntimeError as error:
        reason = str(error).splitlines()[0]
        raise TrainingError(
            f"rank {placement.rank} of {placement.size} cannot meet the others at "
            f"{placement.master}, port {placement.port} ({reason}): see their logs, or choose "
            "another port with MASTER_PORT"
        ) from None
    return address, store


@contextmanager
def _others_may_fail() -> Iterator[None]:
    try:
        yield
    except RuntimeError as error:
        # The watch notices at the same moment, says which rank it is, and ends the process.
        time.sleep(SECONDS_TO_NOTICE)
        reason = str(error).splitlines()[0]
        raise TrainingError(f"another rank has stopped, see its log ({reason})") from None
