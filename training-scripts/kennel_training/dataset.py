"""The data set on disk: three splits, a folder per class in each, checked before torch loads."""

import hashlib
import logging
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from kennel_training.errors import TrainingError, UnreadablePhotoError
from kennel_training.skipped import SkippedFiles
from kennel_training.transform import open_photo

SPLITS = ("train", "valid", "test")
SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini"})

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Photo:
    """A file of the data set.

    Attributes:
        name: path below the data folder, with forward slashes.
        label: index into the data set's classes.
        digest: SHA-256 of the content in hexadecimal.
    """

    path: Path
    name: str
    label: int
    digest: str


@dataclass(frozen=True)
class Dataset:
    """Photos by split, and the classes in the order of the model's output."""

    classes: tuple[str, ...]
    splits: dict[str, tuple[Photo, ...]]
    duplicates: tuple[tuple[str, str], ...]

    @property
    def fingerprint(self) -> str:
        """SHA-256 over every photo's split, class and content."""
        digest = hashlib.sha256()
        for photos in self.splits.values():
            for photo in photos:
                digest.update(f"{photo.name}\0{photo.digest}\n".encode(errors="surrogateescape"))
        return digest.hexdigest()


def index_dataset(data: Path, skipped: SkippedFiles, workers: int) -> Dataset:
    """List, hash and check the photos below ``data``.

    Files that are plainly no photos are skipped here; damage that only decoding shows comes later.

    Raises:
        TrainingError: when folders are missing or disagree, a class has no photo, or too many
            files are unreadable.
    """
    classes = _agreed_classes(data)
    splits: dict[str, tuple[Photo, ...]] = {}
    with ThreadPoolExecutor(workers) as pool:
        for split in SPLITS:
            listed = [
                (path, label)
                for label, name in enumerate(classes)
                for path in _files(data / split / name)
            ]
            results = list(pool.map(lambda item: _inspect(data, *item), listed))
            splits[split] = tuple(r for r in results if isinstance(r, Photo))
            for result in results:
                if not isinstance(result, Photo):
                    skipped.add(*result)
            require_every_class(split, classes, Counter(p.label for p in splits[split]), data)
    return Dataset(classes, splits, _duplicates(splits))


def require_every_class(
    split: str, classes: tuple[str, ...], photos_by_label: Counter[int], data: Path
) -> None:
    """Raise a TrainingError that names the classes of ``split`` without a readable photo."""
    empty = [name for label, name in enumerate(classes) if not photos_by_label[label]]
    if empty:
        raise TrainingError(
            f"no readable photo in {data / split} for {some(empty)}: "
            "put at least one into each class folder, or remove the class from every split"
        )


def _agreed_classes(data: Path) -> tuple[str, ...]:
    missing = [f"{split}/" for split in SPLITS if not (data / split).is_dir()]
    if missing:
        raise TrainingError(
            f"{data} has no folder {some(missing)}: it needs train/, valid/ and test/, each with "
            f"a folder per class; for example {data / 'train' / 'cat' / '1.jpg'}"
        )
    found = {split: _class_folders(data / split) for split in SPLITS}
    union = sorted(set().union(*found.values()))
    disagreements = [
        f"{data / split} lacks {some([name for name in union if name not in found[split]])}"
        for split in SPLITS
        if len(found[split]) < len(union)
    ]
    if disagreements:
        raise TrainingError(
            "train/, valid/ and test/ must hold the same class folders: " + "; ".join(disagreements)
        )
    if len(union) < 2:
        held = f"only the class {union[0]!r}" if union else "no class folder"
        raise TrainingError(
            f"{data / 'train'} holds {held}: a classifier needs at least two class folders; "
            f"for example {data / 'train' / 'cat'} and {data / 'train' / 'dog'}"
        )
    return tuple(union)


def _class_folders(split: Path) -> set[str]:
    return {
        entry.name
        for entry in split.iterdir()
        if entry.is_dir() and not entry.name.startswith(".") and entry.name != "__MACOSX"
    }


def _files(folder: Path) -> list[Path]:
    """Files below ``folder`` in a stable order, without hidden ones such as macOS ``._*``."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and path.name.lower() not in SYSTEM_FILES
    )


def _inspect(data: Path, path: Path, label: int) -> Photo | tuple[str, str]:
    name = path.relative_to(data).as_posix()
    try:
        content = path.read_bytes()
        open_photo(content).close()
    except OSError as error:
        return name, error.strerror or str(error)
    except UnreadablePhotoError as error:
        return name, str(error)
    return Photo(path, name, label, hashlib.sha256(content).hexdigest())


def _duplicates(splits: dict[str, tuple[Photo, ...]]) -> tuple[tuple[str, str], ...]:
    """Pairs of photos with the same content in different splits."""
    first: dict[str, tuple[str, str]] = {}
    pairs = []
    for split, photos in splits.items():
        for photo in photos:
            known = first.setdefault(photo.digest, (split, photo.name))
            if known[0] != split:
                pairs.append((known[1], photo.name))
    if pairs:
        examples = some([f"{one} = {other}" for one, other in pairs])
        log.warning("Warning: the same photo in two splits, %d times: %s", len(pairs), examples)
    return tuple(pairs)


def some(names: Sequence[str], most: int = 5) -> str:
    """The first names and how many more there are, for messages."""
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + rest
