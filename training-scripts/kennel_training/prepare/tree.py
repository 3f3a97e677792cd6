"""The folders of the result, made beside its final place."""

import os
import shutil
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from kennel_training.data.transform import SUFFIXES
from kennel_training.prepare.layout import Arranged

LONGEST_NAME = 150


def name_photos(photos: Sequence[Arranged]) -> list[Arranged]:
    """Give every photo a name that is safe on every file system, and sort them by it.

    A file name changes where its suffix belies the content, or where another one equals it but for
    upper and lower case.
    """
    placed = []
    taken: dict[str, set[str]] = defaultdict(set)
    for photo in sorted(photos, key=lambda p: (p.split, p.label, p.file, p.item.name)):
        folder = f"{photo.split}/{photo.label}"
        stem, suffix = os.path.splitext(_clean(photo.file))
        known = SUFFIXES.get(photo.item.kind, (suffix,))
        if suffix.lower() not in known:
            suffix = known[0]
        name, number = f"{stem}{suffix}", 1
        while name.casefold() in taken[folder]:
            number += 1
            name = f"{stem}-{number}{suffix}"
        taken[folder].add(name.casefold())
        placed.append(replace(photo, name=f"{folder}/{name}"))
    return sorted(placed, key=lambda each: each.name)


def build_tree(folder: Path, placed: Sequence[Arranged]) -> None:
    """Move the photos to their names."""
    if folder.exists():
        # Of a run that was killed while it built.
        shutil.rmtree(folder)
    for each in placed:
        target = folder / each.name
        target.parent.mkdir(parents=True, exist_ok=True)
        each.item.path.replace(target)


def _clean(name: str) -> str:
    kept = "".join(
        "_"
        if unicodedata.category(character).startswith("C") or character in '<>:"|?*'
        else character
        for character in name
    ).strip(" ")
    stem, suffix = os.path.splitext(kept)
    return f"{stem[:LONGEST_NAME].rstrip('. ') or 'photo'}{suffix[:10]}"
