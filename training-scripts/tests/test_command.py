"""A signal ends a command at once, wherever it is."""

import os
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from kennel_training.command import run_command
from kennel_training.common import ending
from kennel_training.common.ending import undivided, unfinished
from tests.conftest import environment

# Only a thread can be ended here, not the process.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")

Ends = Callable[[], list[int]]


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> Ends:
    """The statuses that the process has been ended with, as soon as there are some."""
    statuses: list[int] = []
    told = threading.Event()

    def leave(status: int) -> None:
        # Where this process would be gone, the thread is.
        undivided.release()
        statuses.append(status)
        told.set()
        raise SystemExit

    def await_end() -> list[int]:
        assert told.wait(10)
        return statuses

    monkeypatch.setattr(os, "_exit", leave)
    return await_end


def run(base: Path, work: Callable[[], object]) -> int:
    def command(_arguments: Sequence[str], _environment: Mapping[str, str]) -> None:
        work()

    return run_command(command, [], environment(base))


@pytest.mark.parametrize(
    ("number", "status", "what"),
    [(signal.SIGTERM, 143, "Stopped by SIGTERM"), (signal.SIGINT, 130, "Stopped")],
)
def test_it_ends_in_code_that_catches_everything(
    base: Path,
    capsys: pytest.CaptureFixture[str],
    ends: Ends,
    number: signal.Signals,
    status: int,
    what: str,
) -> None:
    class Finalized:
        def __del__(self) -> None:
            signal.raise_signal(number)
            assert ends() == [status]

    run(base, Finalized)
    message = f"{what}; the same command starts from the beginning\n"
    assert capsys.readouterr().err == message
    assert not (base / "output/failure").exists()


def test_it_ends_where_nobody_reads_its_last_words(
    base: Path, ends: Ends, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, writer = os.pipe()
    os.close(reader)

    def work() -> None:
        signal.raise_signal(signal.SIGTERM)
        assert ends() == [143]

    with os.fdopen(writer, "w", buffering=1) as unread, monkeypatch.context() as patch:
        patch.setattr("sys.stderr", unread)
        run(base, work)
        patch.undo()
        os.dup2(os.open(os.devnull, os.O_WRONLY), writer)


def test_nothing_half_made_stays_and_what_must_not_be_divided_is_not(
    base: Path, tmp_path: Path, ends: Ends
) -> None:
    folder, file, done = tmp_path / "folder", tmp_path / "file", tmp_path / "done"

    def work() -> None:
        with unfinished(folder), unfinished(file), unfinished(tmp_path / "never made"):
            (folder / "inside").mkdir(parents=True)
            file.touch()
            with undivided:
                signal.raise_signal(signal.SIGTERM)
                time.sleep(0.1)
                assert file.exists()
                done.touch()
            ends()
            assert [path.name for path in tmp_path.iterdir() if path != base] == ["done"]

    assert run(base, work) == 0


def test_another_thread_may_fail_the_run(
    base: Path, capsys: pytest.CaptureFixture[str], ends: Ends
) -> None:
    told: list[int] = []

    def work() -> None:
        with ending.with_farewell(told.append):
            threading.Thread(target=ending.fail, args=("rank 1 died",)).start()
            assert ends() == [1]

    run(base, work)
    assert told == [1]
    assert capsys.readouterr().err == "Error: rank 1 died\n"


def test_behind_the_end_there_is_nothing_to_stop(base: Path) -> None:
    assert run(base, lambda: None) == 0
    for number in ending.SIGNALS:
        signal.raise_signal(number)
