"""Data flows one way: a part of the package imports only those below it."""

import ast
from pathlib import Path

from tests.conftest import SCRIPTS

PACKAGE = SCRIPTS / "kennel_training"
# The lowest first; those of the last line do not know each other.
FLOORS = (
    *(("common",), ("s3",), ("data",), ("networks",), ("settings",), ("ranks",), ("features",)),
    *(("head",), ("model",), ("reports",), ("pipeline",), ("command",), ("main",)),
    ("tuning", "quantization", "prepare"),
)


def imported_parts(path: Path) -> set[str]:
    """Parts of the package that a file imports, wherever it does."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return {name.split(".")[1] for name in names if name.startswith("kennel_training.")}


def test_every_part_imports_only_those_below_it():
    below: set[str] = set()
    listed: set[str] = set()
    for floor in FLOORS:
        for part in floor:
            listed.add(part)
            for path in (*PACKAGE.glob(f"{part}.py"), *PACKAGE.glob(f"{part}/**/*.py")):
                assert imported_parts(path) <= {*below, part}, path
        below |= set(floor)
    assert listed == {path.stem for path in PACKAGE.iterdir() if path.stem[0] != "_"}
