"""How the processes of a job notice at once that another one has ended, and how.

Ranks wait for each other inside the communication library, where no signal handler of Python runs,
and rank 0 may compute for hours before it talks to the others again. So each has a connection to
rank 0 with a thread that reads it: the operating system closes it when a process dies.
"""

import _thread
import os
import secrets
import signal
import socket
import sys
import threading
import time
from typing import Protocol

from kennel_training.common.errors import Interrupted, TrainingError

# What a rank says before it closes its connection; a rank that says nothing has died.
DONE, TERMINATED, FAILED = b".", b"T", b"F"

SECONDS_TO_CONNECT = 60.0
# How long a process that should end may take to do so by itself.
GRACE_SECONDS = 10.0
# The same before it has met the others: there is nothing to tidy up.
GRACE_SECONDS_ALONE = 1.0
# A machine that vanishes closes nothing: this finds out within half a minute.
KEEPALIVE = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3}


class Store(Protocol):
    """What all ranks can read and write; torch's TCPStore is one."""

    def set(self, key: str, value: str) -> None:
        """Publish a value."""

    def get(self, key: str) -> bytes:
        """Wait for a value."""


class OtherRankError(TrainingError):
    """Another rank's end broke off the communication."""


class Watch:
    """This rank's connections: one to rank 0, or on rank 0 one to each of the others.

    From its beginning a SIGTERM ends the process even while it waits for the others to start.
    """

    def __init__(self) -> None:
        self._left = threading.Event()
        self._ended = threading.Event()
        self._end: tuple[int, bytes] | None = None
        self._told = False
        self._lock = threading.Lock()
        self._sockets: dict[int, socket.socket] = {}
        self._wake_up, self._waker = socket.socketpair()
        self._waker.setblocking(False)
        # Written to by the signal itself, wherever the main thread is.
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        self._start(self._await_signal)

    def connect(self, rank: int, size: int, address: str, store: Store) -> None:
        """Connect to the ranks that the store belongs to.

        Raises:
            TrainingError: when one of them cannot be reached.
        """
        sockets = _accept(size, store) if rank == 0 else {0: _connect(rank, address, store)}
        self._sockets = sockets
        for other, connection in sockets.items():
            _keep_alive(connection)
            self._start(self._read, other, connection)

    def leave(self, error: BaseException | None) -> BaseException | None:
        """Say goodbye; the exception that this rank should end with.

        Args:
            error: what ends this rank, None at the end of its work.
        """
        if isinstance(error, OtherRankError):
            # The library notices at the same moment as the thread does.
            self._ended.wait(1.0)
        end = self._end
        if error is not None and end is not None:
            error = _translated(*end)
        self._left.set()
        signal.set_wakeup_fd(-1)
        if error is None:
            self._tell(DONE)
        else:
            self._tell(TERMINATED if isinstance(error, Interrupted) else FAILED)
        for connection in (*self._sockets.values(), self._waker, self._wake_up):
            connection.close()
        return error

    def _start(self, work: object, *arguments: object) -> None:
        threading.Thread(target=work, args=arguments, daemon=True).start()  # type: ignore[arg-type]

    def _tell(self, farewell: bytes) -> None:
        """Once: what nobody reads any more would break the connection off."""
        if self._told:
            return
        self._told = True
        for connection in self._sockets.values():
            try:
                connection.send(farewell)
            except OSError:
                # It has ended before us.
                continue

    def _read(self, other: int, connection: socket.socket) -> None:
        try:
            farewell = connection.recv(1)
        except OSError:
            farewell = b""
        if farewell == DONE or self._left.is_set():
            return
        with self._lock:
            if self._end is None:
                self._end = (other, farewell)
        self._ended.set()
        # Interrupts whatever the main thread does in Python, as a signal would.
        _thread.interrupt_main(signal.SIGTERM)
        self._exit_at_last(_translated(other, farewell), GRACE_SECONDS)

    def _await_signal(self) -> None:
        while True:
            try:
                numbers = self._wake_up.recv(16)
            except OSError:
                return
            if not numbers or self._left.is_set():
                return
            if signal.SIGTERM in numbers and self._end is None:
                # The others stop talking to this rank, which frees it from waiting for them.
                self._tell(TERMINATED)
                grace = GRACE_SECONDS if self._sockets else GRACE_SECONDS_ALONE
                self._exit_at_last(Interrupted(), grace)
                return

    def _exit_at_last(self, error: BaseException, grace: float) -> None:
        """End the process where the main thread is stuck and does not do it."""
        until = time.monotonic() + grace
        while time.monotonic() < until:
            if self._left.wait(0.1):
                return
        interrupted = isinstance(error, Interrupted)
        print(
            "Stopped by SIGTERM" if interrupted else f"Error: {error}", file=sys.stderr, flush=True
        )
        os._exit(128 + signal.SIGTERM if interrupted else 1)


def _translated(rank: int, farewell: bytes) -> BaseException:
    if farewell == TERMINATED:
        return Interrupted()
    how = "failed" if farewell == FAILED else "died"
    return TrainingError(f"another rank has stopped, see its log: rank {rank} {how}")


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
    port, token = store.get("kennel/watch").decode().split()
    try:
        connection = socket.create_connection((address, int(port)), SECONDS_TO_CONNECT)
    except OSError as error:
        raise TrainingError(
            f"rank {rank} cannot reach rank 0 at {address}, port {port} ({error}): instances must "
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
