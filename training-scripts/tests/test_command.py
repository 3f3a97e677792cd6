"""A SIGTERM ends a command wherever it arrives."""

import contextlib
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from kennel_training import command
from kennel_training.command import EXIT_TERMINATED, run_command
from tests.conftest import environment

STOPPED = "Stopped by SIGTERM; the same command starts from the beginning\n"


def stop() -> None:
    signal.raise_signal(signal.SIGTERM)


class Finalized:
    """Its end is where a SIGTERM arrives."""

    def __del__(self) -> None:
        stop()


def in_a_finalizer() -> None:
    Finalized()


def in_code_that_catches_everything() -> None:
    with contextlib.suppress(BaseException):
        stop()


def wait() -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        time.sleep(0.01)


def fail() -> None:
    raise AttributeError("partially initialized module")


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "SECONDS_BETWEEN_ATTEMPTS", 0.02)
    # As outside pytest, which would keep to itself what a finalizer raises.
    monkeypatch.setattr("sys.unraisablehook", sys.__unraisablehook__)


@pytest.mark.parametrize("then", [wait, fail])
@pytest.mark.parametrize("swallow", [in_a_finalizer, in_code_that_catches_everything])
def test_a_sigterm_that_is_swallowed_ends_the_command(
    base: Path,
    capsys: pytest.CaptureFixture[str],
    swallow: Callable[[], None],
    then: Callable[[], None],
) -> None:
    def work(_arguments: Sequence[str], _environment: Mapping[str, str]) -> None:
        swallow()
        then()

    assert run_command(work, [], environment(base)) == EXIT_TERMINATED
    assert capsys.readouterr().err == STOPPED
    assert not (base / "output/failure").exists()


def test_tidying_up_is_not_disturbed(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    steps = []

    def tidy_up() -> None:
        with contextlib.suppress(ValueError):
            raise ValueError
        try:
            raise LookupError
        except LookupError:
            time.sleep(0.2)
            steps.append("while another error is handled")
        time.sleep(0.2)
        steps.append("to the end")

    def work(_arguments: Sequence[str], _environment: Mapping[str, str]) -> None:
        try:
            stop()
        finally:
            stop()
            tidy_up()

    assert run_command(work, [], environment(base)) == EXIT_TERMINATED
    assert steps == ["while another error is handled", "to the end"]
    assert capsys.readouterr().err == STOPPED
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) == signal.SIG_IGN


def test_other_errors_of_finalizers_are_still_told(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []
    monkeypatch.setattr("sys.unraisablehook", lambda unraisable: told.append(unraisable.exc_type))

    class Broken:
        def __del__(self) -> None:
            raise LookupError

    def work(_arguments: Sequence[str], _environment: Mapping[str, str]) -> None:
        Broken()

    assert run_command(work, [], environment(base)) == 0
    assert told == [LookupError]
