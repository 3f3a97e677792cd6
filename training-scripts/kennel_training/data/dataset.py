"""The data set on disk: three splits, a folder per class in each, checked before torch loads."""

import hashlib
import logging
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from kennel_training.common.errors import TrainingError, UnreadablePhotoError
from kennel_training.common.files import files_below
from kennel_training.data.locate import SPLITS, preparing, visible_folders
from kennel_training.data.skipped import SkippedFiles
from kennel_training.data.transform import SUFFIXES, find_peculiarities, open_photo

SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini"})
PHOTO_SUFFIXES = frozenset(suffix for known in SUFFIXES.values() for suffix in known)

# From this ratio of the largest to the smallest class on, the model favours the large ones.
UNEVEN = 10

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Photo:
    """A file of the data set.

    Attributes:
        name: path below the data folder, with forward slashes.
        label: index into the data set's classes.
        digest: SHA-256 of the content in hexadecimal.
        peculiarities: what sets it apart from an upright RGB photo with the right suffix.
    """

    path: Path
    name: str
    label: int
    digest: str
    peculiarities: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dataset:
    """Photos by split, and the classes in the order of the model's output.

    Attributes:
        duplicates: names of equal photos in different splits.
        conflicts: names of equal photos in different classes.
        ignored: names of hidden and system files and of others that are not photos.
    """

    classes: tuple[str, ...]
    splits: dict[str, tuple[Photo, ...]]
    duplicates: tuple[tuple[str, str], ...]
    conflicts: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def peculiarities(self) -> dict[str, list[str]]:
        """Names of the photos by what sets them apart, such as ``grey``."""
        found: dict[str, list[str]] = {}
        for photos in self.splits.values():
            for photo in photos:
                for kind in photo.peculiarities:
                    found.setdefault(kind, []).append(photo.name)
        return dict(sorted(found.items()))

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
    labels = {name: label for label, name in enumerate(classes)}
    splits: dict[str, tuple[Photo, ...]] = {}
    ignored: list[str] = []
    with ThreadPoolExecutor(workers) as pool:
        for split in SPLITS:
            listed = []
            for path in sorted(files_below(data / split)):
                inside = path.relative_to(data / split).parts
                if ignored_kind("/".join(inside)):
                    ignored.append(path.relative_to(data).as_posix())
                else:
                    label = labels[_class_name(inside[0])] if len(inside) > 1 else -1
                    listed.append((path, label))
            results = list(pool.map(lambda item: _inspect(data, *item), listed))
            splits[split] = tuple(r for r in results if isinstance(r, Photo))
            for result in results:
                if not isinstance(result, Photo):
                    name, reason = result
                    if named_as_photo(name):
                        skipped.add(name, reason)
                    else:
                        ignored.append(name)
            require_every_class(split, classes, Counter(p.label for p in splits[split]), data)
    duplicates, conflicts = warn_of_equal_photos(
        (photo.name, photo.digest, split, photo.label)
        for split in splits
        for photo in splits[split]
    )
    dataset = Dataset(classes, splits, duplicates, conflicts, tuple(ignored))
    _tell_peculiarities(dataset)
    _warn_of_inner_folders(data, dataset)
    _warn_of_uneven_classes(dataset)
    return dataset


def named_as_photo(name: str) -> bool:
    """Whether a file's suffix is that of a photo."""
    return PurePosixPath(name).suffix.lower() in PHOTO_SUFFIXES


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
            f"a folder per class; {preparing(data)}"
        )
    folders = {split: visible_folders(data / split) for split in SPLITS}
    return agreed_classes(
        {split: {_class_name(f.name) for f in there} for split, there in folders.items()}, str(data)
    )


def agreed_classes(found: Mapping[str, Collection[str]], data: str) -> tuple[str, ...]:
    """The classes of each split, which must be the same.

    Args:
        found: by the split's folder in ``data``, empty for ``data`` itself.
        data: what the messages call the data set.

    Raises:
        TrainingError: naming the classes that a split lacks, and where there are fewer than two.
    """
    union = sorted(set().union(*found.values()))
    disagreements = [
        f"{data}/{split} lacks {some([name for name in union if name not in names])}"
        for split, names in found.items()
        if len(names) < len(union)
    ]
    if disagreements:
        raise TrainingError(
            "all splits must hold the same class folders, with a readable photo in each: "
            + "; ".join(disagreements)
        )
    if len(union) < 2:
        held = f"only the class {union[0]!r}" if union else "no class folder"
        raise TrainingError(
            f"{data} has {held}: a classifier needs at least two class folders in each split; "
            "for example train/cat/1.jpg and train/dog/1.jpg"
        )
    return tuple(union)


def _class_name(folder: str) -> str:
    """A folder's class: macOS decomposes accents, and the same class may come in both forms."""
    try:
        folder.encode()
    except UnicodeEncodeError:
        raise TrainingError(
            f"the class folder {folder!r} is not named in UTF-8: rename it"
        ) from None
    return unicodedata.normalize("NFC", folder)


def ignored_kind(name: str) -> str:
    """Why a file is not one of the user's photos; empty where it may be one."""
    parts = PurePosixPath(name).parts
    if "__MACOSX" in parts or parts[-1].startswith("._") or parts[-1] == ".DS_Store":
        return "macOS"
    if any(part.startswith(".") for part in parts):
        return "hidden"
    return "system" if parts[-1].lower() in SYSTEM_FILES else ""


def _inspect(data: Path, path: Path, label: int) -> Photo | tuple[str, str]:
    name = path.relative_to(data).as_posix()
    if label < 0:
        return name, "in no class folder"
    if not path.is_file():
        return name, "broken link" if path.is_symlink() else "not a regular file"
    try:
        content = path.read_bytes()
        with open_photo(content) as image:
            peculiarities = find_peculiarities(image, content, path.suffix)
    except OSError as error:
        return name, error.strerror or str(error)
    except UnreadablePhotoError as error:
        return name, str(error)
    return Photo(path, name, label, hashlib.sha256(content).hexdigest(), peculiarities)


def warn_of_equal_photos(
    photos: Iterable[tuple[str, str, str, Any]],
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """Pairs of names with the same content in different splits, and in different classes.

    Args:
        photos: of each its name, checksum, split and class.
    """
    first: dict[str, tuple[str, str, Any]] = {}
    across_splits, across_classes = [], []
    for name, digest, split, label in photos:
        known_name, known_split, known_label = first.setdefault(digest, (name, split, label))
        if known_split != split:
            across_splits.append((known_name, name))
        if known_label != label:
            across_classes.append((known_name, name))
    for what, pairs in (("splits", across_splits), ("classes", across_classes)):
        if pairs:
            examples = some([f"{one} = {other}" for one, other in pairs])
            log.warning("Warning: the same photo in two %s (%d): %s", what, len(pairs), examples)
    return tuple(across_splits), tuple(across_classes)


def _tell_peculiarities(dataset: Dataset) -> None:
    for kind, names in dataset.peculiarities.items():
        log.info("Photos that are %s (%d): %s", kind, len(names), some(names))
    if dataset.ignored:
        kinds = Counter(
            "hidden or system" if ignored_kind(name) else _kind(name) for name in dataset.ignored
        )
        counts = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common(5))
        log.info("Ignored files (%s): %s", counts, some(dataset.ignored))


def _kind(name: str) -> str:
    return PurePosixPath(name).suffix.lower() or "without suffix"


def _warn_of_inner_folders(data: Path, dataset: Dataset) -> None:
    inner: dict[int, set[str]] = {}
    for photo in dataset.splits["train"]:
        inner.setdefault(photo.label, set()).add("/".join(photo.name.split("/")[2:-1]))
    nested = [dataset.classes[label] for label, folders in inner.items() if len(folders - {""}) > 1]
    if nested:
        log.warning(
            "Warning: these class folders hold folders of photos: %s. All that is below %s counts "
            "as one class; if the inner folders are the classes, move them up into %s",
            some(nested),
            data / "train" / nested[0],
            data / "train",
        )


def _warn_of_uneven_classes(dataset: Dataset) -> None:
    counts = Counter(photo.label for photo in dataset.splits["train"]).most_common()
    (largest, most), (smallest, fewest) = counts[0], counts[-1]
    if most >= UNEVEN * fewest:
        log.warning(
            "Warning: the training photos are uneven: %d of %s, but %d of %s; the model will "
            "answer large classes more readily than small ones",
            most,
            dataset.classes[largest],
            fewest,
            dataset.classes[smallest],
        )


def some(names: Sequence[str], most: int = 5) -> str:
    """The first names and how many more there are, for messages."""
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + rest
