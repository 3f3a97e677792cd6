"""manifest.json: what was prepared from what, every file with its checksum."""

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kennel_training.common.errors import TrainingError
from kennel_training.common.files import sha256_of
from kennel_training.data.dataset import some, warn_of_equal_photos
from kennel_training.data.locate import SPLITS
from kennel_training.prepare.intake import Intake
from kennel_training.prepare.layout import Arranged
from kennel_training.prepare.settings import PrepareSettings

MANIFEST = "manifest.json"
VERSION = 1

log = logging.getLogger(__name__)

Manifest = dict[str, Any]


def source_name(settings: PrepareSettings) -> str:
    """The source as it may be written down: without what could be a secret."""
    if settings.is_s3:
        return settings.source
    if not settings.is_url:
        return Path(settings.source).name
    address = urlsplit(settings.source)
    return f"{address.scheme}://{address.netloc.rpartition('@')[2]}{address.path}"


def preparation_key(settings: PrepareSettings) -> str:
    """Identifies source and settings: the same key, the same result."""
    source = source_name(settings) if settings.is_url else settings.source
    content = json.dumps([VERSION, source, settings.sha256, settings.fractions, settings.seed])
    return hashlib.sha256(content.encode()).hexdigest()


def make_manifest(
    settings: PrepareSettings,
    placed: Sequence[Arranged],
    intake: Intake,
    skipped: dict[str, str],
) -> Manifest:
    """The content of the file; photos that are in two splits or classes are warned of."""
    labels = sorted({each.label for each in placed})
    counts = Counter((each.split, each.label) for each in placed)
    across_splits, across_classes = warn_of_equal_photos(
        (each.name, each.item.sha256, each.split, each.label) for each in placed
    )
    return {
        "version": VERSION,
        "key": preparation_key(settings),
        "source": source_name(settings),
        "seed": settings.seed,
        "fractions": list(settings.fractions),
        "classes": labels,
        "photos": {split: {label: counts[split, label] for label in labels} for split in SPLITS},
        "ignored": {kind: sorted(names) for kind, names in sorted(intake.ignored.items())},
        "skipped": dict(sorted(skipped.items())),
        "renamed": {
            each.item.name: each.name
            for each in placed
            if each.name != f"{each.split}/{each.label}/{each.file}"
        },
        "duplicates_across_splits": across_splits,
        "duplicates_across_classes": across_classes,
        "files": {
            each.name: {"sha256": each.item.sha256, "bytes": each.item.size} for each in placed
        },
    }


def read_manifest(data: Path) -> Manifest | None:
    """The manifest of a prepared folder, None where there is none that can be read."""
    try:
        content = json.loads((data / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    whole = isinstance(content, dict) and content.get("version") == VERSION and "files" in content
    return content if whole else None


def verify(data: Path, manifest: Manifest, workers: int) -> None:
    """Compare every file with its checksum.

    Raises:
        TrainingError: naming files that are missing or have changed.
    """
    files = manifest["files"]
    with ThreadPoolExecutor(workers) as pool:
        digests = pool.map(lambda name: _digest(data / name), files)
        wrong = [
            f"{name} ({'changed' if digest else 'missing'})"
            for (name, entry), digest in zip(files.items(), digests, strict=True)
            if digest != entry["sha256"]
        ]
    if wrong:
        raise TrainingError(
            f"{len(wrong)} of {len(files)} files in {data} are not as they were prepared: "
            f"{some(wrong)}. Restore them, or remove the folder and run this again"
        )
    listed = {path.relative_to(data).as_posix() for path in data.rglob("*") if path.is_file()}
    added = sorted(listed - files.keys() - {MANIFEST})
    if added:
        log.warning("Warning: files that are not in the manifest (%d): %s", len(added), some(added))


def summary(manifest: Manifest, most: int = 20) -> str:
    """A table of photos by class and split, then what was left out."""
    labels, photos = manifest["classes"], manifest["photos"]
    rows = [(label, *(photos[split][label] for split in SPLITS)) for label in labels[:most]]
    if len(labels) > most:
        rest = labels[most:]
        rows.append(
            (
                f"{len(rest)} more classes",
                *(sum(photos[split][label] for label in rest) for split in SPLITS),
            )
        )
    rows.append((f"{len(labels)} classes", *(sum(photos[split].values()) for split in SPLITS)))
    width = max(len("class"), *(len(row[0]) for row in rows))
    lines = [f"{'class':{width}} {'train':>8} {'valid':>8} {'test':>8}"]
    lines += [f"{name:{width}} {a:>8} {b:>8} {c:>8}" for name, a, b, c in rows]
    for title, names in (
        ("Skipped", list(manifest["skipped"])),
        ("Renamed", [f"{old} -> {new}" for old, new in manifest["renamed"].items()]),
    ):
        if names:
            lines.append(f"{title} ({len(names)}): {some(names)}")
    if manifest["ignored"]:
        kinds = ", ".join(f"{len(names)} {kind}" for kind, names in manifest["ignored"].items())
        lines.append(f"Ignored files: {kinds}")
    return "\n".join(lines)


def _digest(path: Path) -> str:
    try:
        return sha256_of(path)
    except OSError:
        return ""
