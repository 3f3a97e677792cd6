"""What can be checked of the training image without Docker."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import Outcome, environment

REPOSITORY = Path(__file__).parents[2]
CONTAINER = REPOSITORY / "containers/training"
COPIED = re.compile(r"^COPY (?:--chmod=\d+ )?((?:training-scripts|containers)/\S+) (\S+)$", re.M)
# The index's Linux build of torch pins these itself; its build for CPUs needs none of them.
GPU_PACKAGES = re.compile(r"(nvidia|cuda|triton)")


def copies() -> list[tuple[str, str]]:
    return COPIED.findall((CONTAINER / "Dockerfile").read_text())


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the Dockerfile copies, at its place below the folder."""
    root = tmp_path_factory.mktemp("image")
    for source, target in copies():
        place = root / target.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        if (REPOSITORY / source).is_dir():
            shutil.copytree(REPOSITORY / source, place)
        else:
            shutil.copy(REPOSITORY / source, place)
    for command in (root / "usr/local/bin").iterdir():
        command.write_text(command.read_text().replace('"/opt/kennel"', f'"{root}/opt/kennel"'))
    return root


def execute(image: Path, command: str, base: Path, *arguments: str) -> Outcome:
    outcome = subprocess.run(
        [sys.executable, str(image / "usr/local/bin" / command), *arguments],
        env=environment(base),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Outcome(outcome.returncode, outcome.stdout, outcome.stderr)


def test_everything_that_is_copied_exists_and_is_let_through():
    let_through = (CONTAINER / "Dockerfile.dockerignore").read_text().splitlines()
    assert len(copies()) == 4
    for source, _ in copies():
        assert (REPOSITORY / source).exists()
        assert f"!{source}" in let_through


@pytest.mark.parametrize(
    ("command", "wrong", "message"),
    [
        ("train", {"epochs": "x", "learning_rte": "1"}, "--epochs 'x' (hyperparameters.json): not"),
        ("tune", {"trials": "0", "learning_rte": "1"}, "--trials '0' (hyperparameters.json): out"),
    ],
)
def test_the_commands_run_with_only_what_is_copied_and_refuse_wrong_hyperparameters(
    image: Path, base: Path, command: str, wrong: dict[str, str], message: str
):
    (base / "input/config").mkdir(parents=True)
    (base / "input/config/hyperparameters.json").write_text(json.dumps(wrong))
    outcome = execute(image, command, base)
    assert outcome.status == 2
    assert message in outcome.error
    assert "hyperparameter 'learning_rte' (hyperparameters.json) does not exist; did you mean" in (
        outcome.error
    )
    assert "Traceback" not in outcome.error
    failure = (base / "output/failure").read_text()
    assert message in failure
    assert len(failure) < 1024


def test_the_templates_of_the_pages_are_in_the_image(image: Path):
    script = (
        "from kennel_training.reports.page import TEMPLATES; print(sorted(TEMPLATES.iterdir()))"
    )
    out = subprocess.check_output([sys.executable, "-c", script], cwd=image / "opt/kennel").decode()
    for name in ("page.html.jinja", "report.html.jinja", "tuning.html.jinja", "page.css"):
        assert name in out


def can_make_process_1() -> bool:
    try:
        command = ["unshare", "--pid", "--fork", "true"]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not can_make_process_1(), reason="a process 1 of its own is not allowed here")
@pytest.mark.parametrize("command", ["train", "tune"])
def test_sigterm_reaches_process_1(
    image: Path, photos: Path, tmp_path: Path, base: Path, command: str
):
    """The kernel drops a signal to process 1 that has no handler, so one must be there early."""
    # A stand-in that takes long to load.
    (tmp_path / "torch.py").write_text(
        "import os, time\nprint('process', os.getpid(), flush=True)\ntime.sleep(60)\n"
    )
    process = subprocess.Popen(
        [
            *("unshare", "--pid", "--fork", sys.executable),
            *(str(image / "usr/local/bin" / command), "--data", str(photos)),
        ],
        env={**environment(base), "PYTHONPATH": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert any(line == "process 1\n" for line in process.stdout)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    os.kill(int(children), signal.SIGTERM)
    _, error = process.communicate(timeout=30)
    assert process.returncode == 143
    assert error == "Stopped by SIGTERM; the same command starts from the beginning\n"


def test_every_package_that_is_needed_is_pinned():
    lines = (REPOSITORY / "training-scripts/requirements.txt").read_text().splitlines()
    pinned = {}
    for line in lines:
        if line and not line.startswith("#"):
            requirement = Requirement(line)
            assert [s.operator for s in requirement.specifier] == ["=="], line
            (only,) = requirement.specifier
            pinned[canonicalize_name(requirement.name)] = only.version
    needed: set[str] = set()
    for name in pinned:
        for text in requires(name) or ():
            requirement = Requirement(text)
            other = canonicalize_name(requirement.name)
            # torch takes any recent setuptools, so pip brings the newest.
            wanted = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
            if wanted and not GPU_PACKAGES.match(other) and other != "setuptools":
                needed.add(other)
                assert requirement.specifier.contains(pinned[other]), f"{name} needs {text}"
    assert needed <= pinned.keys()
