"""What can be checked of the training image without Docker."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.conftest import environment

REPOSITORY = Path(__file__).parents[2]
CONTAINER = REPOSITORY / "containers/training"
COPIED = re.compile(r"^COPY (?:--chmod=\d+ )?((?:training-scripts|containers)/\S+) (\S+)$", re.M)


def copies() -> list[tuple[str, str]]:
    return COPIED.findall((CONTAINER / "Dockerfile").read_text())


def test_everything_that_is_copied_exists_and_is_let_through():
    let_through = (CONTAINER / "Dockerfile.dockerignore").read_text().splitlines()
    assert len(copies()) == 3
    for source, _ in copies():
        assert (REPOSITORY / source).exists()
        assert f"!{source}" in let_through


def test_the_command_trains_with_only_what_is_copied(tmp_path: Path):
    for source, target in copies():
        place = tmp_path / target.lstrip("/")
        place = place / Path(source).name if target.endswith("/") else place
        place.parent.mkdir(parents=True, exist_ok=True)
        if (REPOSITORY / source).is_dir():
            shutil.copytree(REPOSITORY / source, place)
        else:
            shutil.copy(REPOSITORY / source, place)
    command = tmp_path / "usr/local/bin/train"
    command.write_text(command.read_text().replace('"/opt/kennel"', f'"{tmp_path}/opt/kennel"'))
    outcome = subprocess.run(
        [sys.executable, str(command), "--epochs", "x"],
        env=environment(tmp_path / "ml"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert outcome.returncode == 2
    assert "--epochs 'x': not a whole number" in outcome.stderr
    assert "Traceback" not in outcome.stderr
