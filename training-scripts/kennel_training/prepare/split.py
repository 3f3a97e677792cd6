"""Splitting by content: stratified, deterministic, and the same photo never in two splits."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from kennel_training.common.errors import TrainingError
from kennel_training.data.dataset import some
from kennel_training.data.locate import SPLITS
from kennel_training.prepare.layout import Arranged


def complete_splits(
    photos: Sequence[Arranged], fractions: tuple[float, float, float], seed: int
) -> list[Arranged]:
    """Every photo in a split; splits that the source has stay as they are.

    A missing split takes its share of train, class by class. The order of a class's photos is that
    of a hash of their content and the seed, so it depends neither on names nor on the machine.

    Raises:
        TrainingError: naming classes that have too few different photos.
    """
    given = {photo.split for photo in photos if photo.split}
    missing = [split for split in SPLITS if split not in given and split != "train"]
    kept = [photo for photo in photos if photo.split not in ("", "train")]
    divided = [photo for photo in photos if photo.split in ("", "train")]
    if not missing:
        return list(photos)
    parts = dict(zip(SPLITS, fractions, strict=True))
    # Relative to what is divided: train and the missing splits.
    whole = parts["train"] + sum(parts[split] for split in missing)
    shares = {split: parts[split] / whole for split in missing}

    by_label: dict[str, list[Arranged]] = defaultdict(list)
    for photo in divided:
        by_label[photo.label].append(photo)
    split_of: dict[str, str] = {}
    too_few = [
        label for label in sorted(by_label) if not _divide(by_label[label], shares, seed, split_of)
    ]
    if too_few:
        raise TrainingError(
            f"too few different photos of {some(too_few)}: a class needs {len(shares) + 1} or "
            f"more for {some(['train', *shares])}"
        )
    return kept + [replace(photo, split=split_of[photo.item.sha256]) for photo in divided]


def _divide(
    photos: Sequence[Arranged], shares: dict[str, float], seed: int, split_of: dict[str, str]
) -> bool:
    """Add one class's photos to ``split_of``, by checksum; whether every split got one."""
    copies: dict[str, int] = defaultdict(int)
    for photo in photos:
        copies[photo.item.sha256] += 1
    order = sorted(copies, key=lambda digest: hashlib.sha256(f"{seed} {digest}".encode()).digest())
    # A photo that is also in another class has its split already.
    counts: dict[str, int] = defaultdict(int)
    for digest in order:
        if digest in split_of:
            counts[split_of[digest]] += copies[digest]
    free = [digest for digest in order if digest not in split_of]
    splits = list(shares)
    for position, (split, share) in enumerate(shares.items()):
        wanted = max(1, int(share * len(photos) + 0.5))
        # At least one is left for each of the others.
        others = ["train", *splits[position + 1 :]]
        reserved = sum(counts[other] == 0 for other in others)
        while counts[split] < wanted and len(free) > reserved:
            digest = free.pop()
            split_of[digest] = split
            counts[split] += copies[digest]
    for digest in free:
        split_of[digest] = "train"
        counts["train"] += copies[digest]
    return all(counts[split] for split in ("train", *shares))
