"""Photos taken out of a source, checked, and kept for a run that goes on from this one."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kennel_training.common import ending
from kennel_training.common.ahead import map_ahead
from kennel_training.common.errors import TrainingError, UnreadablePhotoError
from kennel_training.common.files import write_whole
from kennel_training.common.progress import Progress
from kennel_training.data.dataset import ignored_kind, named_as_photo
from kennel_training.data.skipped import SkippedFiles
from kennel_training.data.transform import load_pixels, open_photo
from kennel_training.prepare.members import list_members
from kennel_training.prepare.settings import GIGABYTE, PrepareSettings

# Far more than a photo; what is larger is not read into memory.
LARGEST_FILE = 200 * 10**6

# Decoding at an eighth of the size finds the same damage in a fraction of the time.
CHECKED_SIDE = 64

# Neither photos nor named like ones, such as a README.
OTHER = "other"


@dataclass(frozen=True)
class Item:
    """A readable photo of the source.

    Attributes:
        name: its path in the source.
        path: a file with its content.
        sha256: of its content.
        kind: Pillow's name of the format, such as JPEG.
    """

    name: str
    path: Path
    sha256: str
    size: int
    kind: str


@dataclass
class Intake:
    """What a source held.

    Attributes:
        items: the readable photos.
        ignored: names of files that are none of the user's photos, by the reason.
        reused: how many photos an earlier run had checked.
    """

    items: list[Item] = field(default_factory=list)
    ignored: dict[str, list[str]] = field(default_factory=dict)
    reused: int = 0


def take_in(source: Path, folder: Path, settings: PrepareSettings, skipped: SkippedFiles) -> Intake:
    """Copy every readable photo of the source to ``folder``; what is there already is not decoded.

    Raises:
        TrainingError: when the source is damaged or beyond the limits, too many files are
            unreadable, or the disk is full.
    """
    intake = Intake()
    wanted = _wanted(source, folder, settings, intake)
    with Progress("Checking photos", None) as progress:
        for name, result in map_ahead(_examine, wanted, settings.workers, 2 * settings.workers):
            progress.advance(1)
            if isinstance(result, Item):
                intake.items.append(result)
                ending.keep(ending.PREPARED)
            elif named_as_photo(name):
                skipped.add(name, result)
            else:
                intake.ignored.setdefault(OTHER, []).append(name)
    return intake


def _wanted(
    source: Path, folder: Path, settings: PrepareSettings, intake: Intake
) -> Iterator[tuple[str, Path, bytes | str]]:
    """Files that may be photos: name, where the photo is to be, content or why there is none."""
    total = 0
    seen: Counter[str] = Counter()
    for count, member in enumerate(list_members(source), start=1):
        total += member.size
        _require_limits(count, total, settings)
        kind = ignored_kind(member.name)
        if kind:
            intake.ignored.setdefault(kind, []).append(member.name)
            continue
        identity = f"{member.name}\0{member.size} {member.stamp}"
        # An archive may hold a name twice.
        seen[identity] += 1
        key = f"{identity}\0{seen[identity]}".encode(errors="surrogateescape")
        place = folder / hashlib.sha256(key).hexdigest()
        if _has_size(place, member.size):
            intake.reused += 1
            yield member.name, place, place.read_bytes()
        elif member.size > LARGEST_FILE:
            yield member.name, place, f"larger than {LARGEST_FILE // 10**6} MB"
        else:
            try:
                content = member.read(LARGEST_FILE + 1)
            except UnreadablePhotoError as error:
                yield member.name, place, str(error)
                continue
            # An archive may hold more than it says.
            total += max(0, len(content) - member.size)
            _require_limits(count, total, settings)
            yield member.name, place, content


def _examine(found: tuple[str, Path, bytes | str]) -> tuple[str, Item | str]:
    name, place, content = found
    if isinstance(content, str):
        return name, content
    try:
        image = open_photo(content)
        kind = image.format or ""
        if not _has_size(place, len(content)):
            # To the end of its data.
            load_pixels(image, CHECKED_SIDE)
            write_whole(place, content)
    except UnreadablePhotoError as error:
        return name, str(error)
    return name, Item(name, place, hashlib.sha256(content).hexdigest(), len(content), kind)


def _has_size(path: Path, size: int) -> bool:
    """Whether the file is there and whole; a loss of power may leave it empty or cut off."""
    return path.is_file() and path.stat().st_size == size


def _require_limits(count: int, total: int, settings: PrepareSettings) -> None:
    if count > settings.max_files:
        raise TrainingError(
            f"the source holds more than {settings.max_files} files: raise --max_files if that is "
            "right"
        )
    if total > settings.largest:
        raise TrainingError(
            f"the source unpacks to more than {settings.largest / GIGABYTE:g} GB: raise "
            "--max_gigabytes if that is right"
        )
