"""Where the photos are when --data is not quite the folder that holds train/, valid/ and test/."""

import json
import logging
import shlex
from pathlib import Path

SPLITS = ("train", "valid", "test")

# Names that data sets give their splits.
SPLIT_NAMES = {
    "train": "train",
    "training": "train",
    "valid": "valid",
    "validation": "valid",
    "val": "valid",
    "dev": "valid",
    "test": "test",
    "testing": "test",
}

# Names of the channel that a job's photos come in; the first is the documented one.
CHANNELS = ("training", "train")

PREPARE = Path(__file__).parents[2] / "prepare.py"

log = logging.getLogger(__name__)


def find_photos(folder: Path) -> Path:
    """The folder that holds the splits: ``folder``, the one around it or the only one in it.

    Where there is none, ``folder`` itself, of which the data set's check then says what it lacks.
    """
    found = folder
    if not (folder / "train").is_dir():
        inner = [each for each in visible_folders(folder) if _has_splits(each)]
        if folder.name in SPLITS and _has_splits(folder.parent):
            found = folder.parent
        elif len(inner) == 1:
            found = inner[0]
    if found != folder:
        log.info("Taking the photos in %s, which holds train/, valid/ and test/", found)
    return found


def path_of(text: str) -> Path:
    """Parse a path of this machine.

    Raises:
        ValueError: whose message is the reason.
    """
    if not text.strip():
        raise ValueError("empty")
    return Path(text).expanduser().absolute()


def existing_photos(text: str) -> Path:
    """Parse --data: a folder, or the channel of a job.

    Raises:
        ValueError: whose message is the reason, with what else there is.
    """
    path = path_of(text)
    if path.name in CHANNELS:
        # The other name is as good.
        path = next((p for p in map(path.with_name, CHANNELS) if p.is_dir()), path)
    if path.is_dir():
        return path
    if path.exists():
        raise ValueError("is a file; prepare.py makes a folder of an archive")
    others = _pipe_mode(path) or _channels(path) or _nearby()
    raise ValueError("; ".join(filter(None, ("no such folder", others))))


def visible_folders(folder: Path) -> list[Path]:
    """Folders, and links to such, that are not hidden."""
    return sorted(
        entry
        for entry in folder.iterdir()
        if entry.is_dir() and not entry.name.startswith(".") and entry.name != "__MACOSX"
    )


def preparing(data: Path) -> str:
    """The command that makes the splits of what is there, or an example where nothing is."""
    if not visible_folders(data):
        return f"for example {data / 'train' / 'cat' / '1.jpg'}"
    channels = _channels(data)
    if channels:
        return channels
    beside = {SPLIT_NAMES.get(folder.name.lower()) for folder in visible_folders(data.parent)}
    if data.name.lower() in SPLIT_NAMES and "train" in beside:
        # One of the splits of what is meant.
        data = data.parent
    program = f"python {shlex.quote(str(PREPARE))}" if PREPARE.is_file() else "npx kennel data"
    target = data.with_name(f"{data.name}-prepared")
    return (
        f"to make them of what is there: {program} --source {shlex.quote(str(data))} "
        f"--data {shlex.quote(str(target))}, and then train with --data {shlex.quote(str(target))}"
    )


def _has_splits(folder: Path) -> bool:
    return all((folder / split).is_dir() for split in SPLITS)


def _pipe_mode(path: Path) -> str:
    """SageMaker then writes FIFOs instead of a folder."""
    try:
        text = (path.parents[1] / "config/inputdataconfig.json").read_text(encoding="utf-8")
        mode = json.loads(text)[path.name]["TrainingInputMode"]
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return ""
    if mode != "Pipe":
        return ""
    return f"the channel {path.name} is in Pipe mode: set its TrainingInputMode to File"


def _channels(path: Path) -> str:
    """The job's channels, which lie beside each other."""
    is_channel = path.name in CHANNELS and path.parts[-3:-1] == ("input", "data")
    if not is_channel or not path.parent.is_dir():
        return ""
    there = [folder.name for folder in visible_folders(path.parent)]
    if not there:
        return ""
    return (
        f"the job has the channels {', '.join(there)}: call them train, valid and test, or give "
        "one called training that holds these"
    )


def _nearby() -> str:
    """Data sets in the working directory."""
    there = [folder for folder in visible_folders(Path.cwd()) if _has_splits(folder)]
    return f"here is --data {shlex.quote(there[0].name)}" if there else ""
