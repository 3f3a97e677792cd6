"""Processes of a job that start at once: they fork from one that has loaded the large packages."""

import importlib
import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from tests.conftest import SCRIPTS, Outcome, use_shallow_network

SECONDS = 100.0
# With them come torch and matplotlib.
PRELOADED = [
    "kennel_training.main",
    "kennel_training.pipeline",
    "matplotlib.backends.backend_svg",
]

_context = multiprocessing.get_context("forkserver")


@dataclass(frozen=True)
class Rank:
    """A started process and the files that it prints to."""

    process: BaseProcess
    out: Path
    error: Path

    def send_signal(self, number: int) -> None:
        """As ``kill`` does."""
        assert self.process.pid is not None
        os.kill(self.process.pid, number)

    def await_line(self, start: str) -> None:
        """Wait until it has printed a line that starts so."""
        self._await(lambda: f"\n{start}" in f"\n{self.out.read_text()}", start)

    def finish(self) -> Outcome:
        """Wait for its end."""
        self._await(lambda: not self.process.is_alive(), "the end")
        status = self.process.exitcode
        assert status is not None
        return Outcome(status, self.out.read_text(), self.error.read_text())

    def _await(self, condition: Callable[[], bool], what: str) -> None:
        until = time.monotonic() + SECONDS
        while not condition():
            if time.monotonic() > until or (what != "the end" and not self.process.is_alive()):
                self.process.kill()
                text = self.out.read_text() + self.error.read_text()
                raise AssertionError(f"waited in vain for {what!r} after:\n{text}")
            time.sleep(0.01)


def start_rank(
    command: list[str],
    variables: Mapping[str, str],
    folder: Path,
    largest_file: int = resource.RLIM_INFINITY,
    program: str = "kennel_training.main",
) -> Rank:
    """Run a program's ``main`` with these arguments and this environment alone.

    What it prints goes to ``folder``. Writing more than ``largest_file`` bytes to a file fails as
    on a full disk.
    """
    _preload()
    out, error = folder / "out.txt", folder / "error.txt"
    out.touch()
    error.touch()
    process = _context.Process(
        target=_run, args=(command, dict(variables), out, error, largest_file, program)
    )
    process.start()
    return Rank(process, out, error)


def _preload() -> None:
    # The server finds its modules by this variable alone.
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(SCRIPTS)
    try:
        _context.set_forkserver_preload(PRELOADED)
        multiprocessing.forkserver.ensure_running()  # type: ignore[attr-defined]
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


def _run(
    command: list[str],
    variables: dict[str, str],
    out: Path,
    error: Path,
    largest_file: int,
    program: str,
) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, resource.RLIM_INFINITY))
    for number, path in ((1, out), (2, error)):
        target = os.open(path, os.O_WRONLY | os.O_APPEND)
        os.dup2(target, number)
    sys.stdout = os.fdopen(1, "w", buffering=1)
    sys.stderr = os.fdopen(2, "w", buffering=1)
    os.environ.clear()
    os.environ.update(variables)
    use_shallow_network(pytest.MonkeyPatch())
    status = importlib.import_module(program).main(command, variables)
    sys.stdout.flush()
    # As a process that ends by itself, but without what the test's own process has registered.
    os._exit(status)
