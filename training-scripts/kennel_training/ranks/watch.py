"""How the processes of a job notice at once that another one has ended, and how.

Ranks wait for each other inside the communication library, and rank 0 may compute for hours before
it talks to the others again. So each has a connection to rank 0 with a thread that reads it: the
operating system closes it when a process dies.
"""

import contextlib
import secrets
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from torch.distributed import Store  # type: ignore[attr-defined]  # documented, not exported

from kennel_training.common import ending
from kennel_training.common.errors import TrainingError

# What a rank says before it closes its connection; a rank that says nothing has died.
DONE, TERMINATED, FAILED = b".", b"T", b"F"

SECONDS_TO_CONNECT = 60.0
# A machine that vanishes closes nothing: this finds out within half a minute.
KEEPALIVE = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3}


@contextmanager
def watching(rank: int, size: int, address: str, store: Store) -> Iterator[None]:
    """End this process where another one of the job ends inside, and tell them of its own end.

    Each rank has a connection to rank 0, which therefore has one to each of the others.

    Raises:
        TrainingError: when one of them cannot be reached.
    """
    connections = _accept(size, store) if rank == 0 else {0: _connect(rank, address, store)}
    left = threading.Event()

    def say(farewell: bytes) -> None:
        left.set()
        for connection in connections.values():
            # It may have ended before us.
            with contextlib.suppress(OSError):
                connection.send(farewell)

    def read(other: int, connection: socket.socket) -> None:
        try:
            farewell = connection.recv(1)
        except OSError:
            farewell = b""
        if farewell == DONE or left.is_set():
            return
        if farewell == TERMINATED:
            ending.stop(signal.SIGTERM)
        how = "failed" if farewell == FAILED else "died"
        ending.fail(f"another rank has stopped, see its log: rank {other} {how}")

    for other, connection in connections.items():
        _keep_alive(connection)
        threading.Thread(target=read, args=(other, connection), daemon=True).start()
    with ending.with_farewell(lambda status: say(FAILED if status == 1 else TERMINATED)):
        try:
            yield
        except BaseException:
            say(FAILED)
            raise
        say(DONE)


def _accept(size: int, store: Store) -> dict[int, socket.socket]:
    token = secrets.token_hex(16)
    connections: dict[int, socket.socket] = {}
    both = socket.has_dualstack_ipv6()
    family = socket.AF_INET6 if both else socket.AF_INET
    with socket.create_server(("", 0), family=family, dualstack_ipv6=both, backlog=size) as server:
        store.set("kennel/watch", f"{server.getsockname()[1]} {token}")
        until = time.monotonic() + SECONDS_TO_CONNECT
        while len(connections) < size - 1:
            server.settimeout(max(0.1, until - time.monotonic()))
            try:
                connection, _ = server.accept()
            except TimeoutError:
                raise TrainingError(
                    f"{size - 1 - len(connections)} of the job's ranks did not connect within "
                    f"{SECONDS_TO_CONNECT:.0f} s: see their logs; instances must reach each other "
                    "at every port"
                ) from None
            rank = _introduction(connection, token)
            if rank is None:
                connection.close()
            else:
                connections[rank] = connection
    return connections


def _introduction(connection: socket.socket, token: str) -> int | None:
    """The rank that connects; None for a stranger."""
    connection.settimeout(5.0)
    try:
        words = connection.makefile("r", encoding="ascii", errors="replace").readline(100).split()
    except OSError:
        return None
    connection.settimeout(None)
    known = len(words) == 2 and secrets.compare_digest(words[0], token) and words[1].isdecimal()
    return int(words[1]) if known else None


def _connect(rank: int, address: str, store: Store) -> socket.socket:
    try:
        port, token = store.get("kennel/watch").decode().split()
        connection = socket.create_connection((address, int(port)), SECONDS_TO_CONNECT)
    except (OSError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        raise TrainingError(
            f"rank {rank} cannot reach rank 0 at {address} ({reason}): see its log; instances must "
            "reach each other at every port"
        ) from None
    connection.settimeout(None)
    connection.sendall(f"{token} {rank}\n".encode())
    return connection


def _keep_alive(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in KEEPALIVE.items():
        # Other systems than Linux lack some.
        if hasattr(socket, name):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
