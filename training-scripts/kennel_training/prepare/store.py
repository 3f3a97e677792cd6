"""Photos taken out of a source: each under its checksum, with a journal to resume from."""

import hashlib
import json
import logging
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from kennel_training.common import ending
from kennel_training.common.ahead import map_ahead
from kennel_training.common.errors import TrainingError, UnreadablePhotoError
from kennel_training.common.files import write_whole
from kennel_training.common.progress import Progress
from kennel_training.data.dataset import ignored_kind, named_as_photo
from kennel_training.data.skipped import SkippedFiles
from kennel_training.data.transform import Preprocessing, decode, open_photo
from kennel_training.prepare.members import LARGEST_FILE, Member, list_members
from kennel_training.prepare.settings import GIGABYTE, PrepareSettings

# Decoding at an eighth of the size finds the same damage in a fraction of the time.
REDUCED = Preprocessing(resize=64, crop=64, exif_orientation=False, decode="reduced")

# Neither photos nor named like ones, such as a README.
OTHER = "other"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Item:
    """A readable photo of the source.

    Attributes:
        name: its path in the source.
        sha256: of its content.
        kind: Pillow's name of the format, such as JPEG.
    """

    name: str
    sha256: str
    size: int
    kind: str


@dataclass
class Intake:
    """What a source held.

    Attributes:
        items: the readable photos.
        ignored: names of files that are none of the user's photos, by the reason.
        reused: how many photos an earlier run had copied.
    """

    items: list[Item] = field(default_factory=list)
    ignored: dict[str, list[str]] = field(default_factory=dict)
    reused: int = 0


class Store:
    """A folder of photos by checksum. A photo is whole or not there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._journal = folder / "journal.jsonl"
        self._known = self._read_journal()

    def path(self, item: Item) -> Path:
        """Where the photo's content is."""
        return self._folder / item.sha256[:2] / item.sha256

    def take_in(self, source: Path, settings: PrepareSettings, skipped: SkippedFiles) -> Intake:
        """Copy every readable photo of the source; what an earlier run has copied is not read.

        Raises:
            TrainingError: when the source is damaged or beyond the limits, too many files are
                unreadable, or the disk is full.
        """
        intake = Intake()
        self._folder.mkdir(parents=True, exist_ok=True)
        wanted = self._wanted(source, settings, intake)
        ahead = 2 * settings.workers
        with (
            self._journal.open("a", encoding="utf-8") as journal,
            Progress("Checking photos", None) as progress,
        ):
            for member, result in map_ahead(self._examine, wanted, settings.workers, ahead):
                progress.advance(1)
                if isinstance(result, Item):
                    intake.items.append(result)
                    ending.keep(ending.PREPARED)
                    if self._recall(member) is not None:
                        intake.reused += 1
                    else:
                        entry = {"stamp": _stamp(member), **asdict(result)}
                        journal.write(json.dumps(entry) + "\n")
                        journal.flush()
                elif named_as_photo(member.name):
                    skipped.add(member.name, result)
                else:
                    intake.ignored.setdefault(OTHER, []).append(member.name)
        return intake

    def _wanted(
        self, source: Path, settings: PrepareSettings, intake: Intake
    ) -> Iterator[tuple[Member, Item | bytes | str]]:
        """Members that may be photos, with what is known of them, their content or a reason."""
        total = 0
        for count, member in enumerate(list_members(source), start=1):
            total += member.size
            _require_limits(count, total, settings)
            kind = ignored_kind(member.name)
            if kind:
                intake.ignored.setdefault(kind, []).append(member.name)
                continue
            known = self._recall(member)
            if known is not None:
                yield member, known
            elif member.size > LARGEST_FILE:
                yield member, f"larger than {LARGEST_FILE // 10**6} MB"
            else:
                try:
                    content = member.read(LARGEST_FILE + 1)
                except UnreadablePhotoError as error:
                    yield member, str(error)
                    continue
                # An archive may hold more than it says.
                total += max(0, len(content) - member.size)
                _require_limits(count, total, settings)
                yield member, content

    def _examine(self, found: tuple[Member, Item | bytes | str]) -> tuple[Member, Item | str]:
        member, content = found
        if not isinstance(content, bytes):
            return member, content
        try:
            kind = check_photo(content)
        except UnreadablePhotoError as error:
            return member, str(error)
        item = Item(member.name, hashlib.sha256(content).hexdigest(), len(content), kind)
        path = self.path(item)
        if not _has_size(path, item.size):
            write_whole(path, content)
        return member, item

    def _recall(self, member: Member) -> Item | None:
        item = self._known.get((member.name, _stamp(member)))
        return item if item is not None and _has_size(self.path(item), item.size) else None

    def _read_journal(self) -> dict[tuple[str, str], Item]:
        known = {}
        try:
            lines = self._journal.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return {}
        for line in lines:
            try:
                entry = json.loads(line)
                stamp = entry.pop("stamp")
                item = Item(**entry)
            except (ValueError, TypeError, KeyError):
                # The last line of a run that was killed.
                continue
            known[item.name, stamp] = item
        return known


def check_photo(content: bytes) -> str:
    """Decode a photo to the end of its data; its format.

    Raises:
        UnreadablePhotoError: with the reason.
    """
    decode(content, REDUCED)
    return open_photo(content).format or ""


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


def _stamp(member: Member) -> str:
    return f"{member.size} {member.stamp}"


def _has_size(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except OSError:
        return False
