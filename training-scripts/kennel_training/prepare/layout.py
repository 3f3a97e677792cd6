"""Which split and class each photo belongs to, told by its folders."""

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from kennel_training.common.errors import TrainingError
from kennel_training.data.dataset import agreed_classes, some
from kennel_training.data.locate import SPLIT_NAMES, SPLITS
from kennel_training.data.skipped import SkippedFiles
from kennel_training.prepare.intake import Item


@dataclass(frozen=True)
class Arranged:
    """A photo with its place.

    Attributes:
        split: empty where the source has no splits.
        label: the class.
        file: the rest of its path, in one name.
        name: its path in the result, with forward slashes; empty until it is given one.
    """

    item: Item
    split: str
    label: str
    file: str
    name: str = ""


def arrange(items: Sequence[Item], skipped: SkippedFiles) -> list[Arranged]:
    """Read split and class from the folders; outer folders that hold everything are not classes.

    Photos that lie in no class folder are skipped.

    Raises:
        TrainingError: when the folders are not a layout that can be understood, or too many photos
            are in no class folder.
    """
    if not items:
        raise TrainingError(
            "the source holds no readable photo: it needs a folder per class, or train/, valid/ "
            "and test/ with these; for example cat/1.jpg"
        )
    paths = {item.name: _parts(item.name) for item in items}
    depth = _outer_folders([path[:-1] for path in paths.values()])
    inner = {name: path[depth:] for name, path in paths.items()}
    with_splits = _has_splits(inner)
    arranged = []
    for item in items:
        path = inner[item.name]
        split = SPLIT_NAMES[path[0].lower()] if with_splits and len(path) > 1 else ""
        rest = path[1:] if split else path
        if len(rest) < 2 or (with_splits and not split):
            skipped.add(item.name, "in no class folder")
        else:
            arranged.append(Arranged(item, split, rest[0], "_".join(rest[1:])))
    _require_classes(arranged)
    return arranged


def _parts(name: str) -> tuple[str, ...]:
    # macOS decomposes accents; the same class may come in both forms.
    return tuple(unicodedata.normalize("NFC", name).split("/"))


def _outer_folders(folders: Sequence[tuple[str, ...]]) -> int:
    """How many folders enclose everything: those above the splits or the classes."""
    depth = 0
    while True:
        here = {folder[depth] if depth < len(folder) else "" for folder in folders}
        if len(here) != 1 or "" in here or next(iter(here)).lower() in SPLIT_NAMES:
            return depth
        if all(len(folder) == depth + 1 for folder in folders):
            # The only class: its name is needed for the message.
            return depth
        depth += 1


def _has_splits(inner: dict[str, tuple[str, ...]]) -> bool:
    top = {path[0] for path in inner.values() if len(path) > 1}
    named: dict[str, list[str]] = defaultdict(list)
    for name in sorted(top):
        if name.lower() in SPLIT_NAMES:
            named[SPLIT_NAMES[name.lower()]].append(name)
    if "train" not in named:
        return False
    for split, names in named.items():
        if len(names) > 1:
            raise TrainingError(f"the source has {some(names)}, which all mean {split}: keep one")
    others = sorted(name for name in top if name.lower() not in SPLIT_NAMES)
    if others:
        raise TrainingError(
            f"the source has {named['train'][0]}/ beside {some(others)}: put every photo either "
            "into train/, valid/ and test/ or into class folders alone"
        )
    return True


def _require_classes(arranged: Sequence[Arranged]) -> None:
    labels = sorted({photo.label for photo in arranged})
    by_case: dict[str, list[str]] = defaultdict(list)
    for label in labels:
        by_case[label.casefold()].append(label)
    for names in by_case.values():
        if len(names) > 1:
            raise TrainingError(
                f"the class folders {some(names)} differ in upper and lower case alone, which "
                "some file systems do not tell apart: rename or merge them"
            )
    splits = [split for split in ("", *SPLITS) if any(photo.split == split for photo in arranged)]
    found = {split: {p.label for p in arranged if p.split == split} for split in splits}
    agreed_classes(found, "the source")
