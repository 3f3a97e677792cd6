"""A preparation from its arguments to its exit status."""

import logging
import shutil
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from kennel_training.command import run_command
from kennel_training.common import ending
from kennel_training.common.errors import SettingsError, TrainingError
from kennel_training.common.files import require_room, require_writable, write_whole
from kennel_training.common.lock import only_one
from kennel_training.data.skipped import SkippedFiles
from kennel_training.model.directory import to_json
from kennel_training.prepare.download import download, require_checksum
from kennel_training.prepare.intake import take_in
from kennel_training.prepare.layout import arrange
from kennel_training.prepare.manifest import (
    MANIFEST,
    Manifest,
    make_manifest,
    preparation_key,
    read_manifest,
    source_name,
    summary,
    verify,
)
from kennel_training.prepare.members import declared_bytes
from kennel_training.prepare.s3_source import fetch_from_s3
from kennel_training.prepare.settings import PrepareSettings, read_prepare_settings
from kennel_training.prepare.split import complete_splits
from kennel_training.prepare.tree import build_tree, name_photos
from kennel_training.prepare.upload import upload

log = logging.getLogger(__name__)


def _prepare(arguments: Sequence[str], _environment: Mapping[str, str]) -> None:
    settings = read_prepare_settings(arguments)
    _require_apart(settings)
    # Beside the result, so that the result can be moved into its place at once.
    staging = settings.data.with_name(f"{settings.data.name}.preparing")
    if settings.data.is_dir() and any(settings.data.iterdir()):
        manifest = _prepared_earlier(settings)
    else:
        require_writable("--data", staging)
        busy = f"another prepare.py works in {staging}: wait for it, or pass another --data"
        with only_one(staging / "lock", busy):
            try:
                manifest = _make(settings, staging)
            except TrainingError:
                if ending.resumption() == ending.NOTHING:
                    # Nothing that another attempt would use.
                    shutil.rmtree(staging, ignore_errors=True)
                raise
        ending.keep(ending.PREPARED)
    shutil.rmtree(staging, ignore_errors=True)
    log.info("%s", summary(manifest))
    log.info("Prepared %d photos in %s", len(manifest["files"]), settings.data)
    if settings.upload is not None:
        upload(settings.data, manifest, settings.upload)


main = partial(run_command, _prepare)


def _require_apart(settings: PrepareSettings) -> None:
    if settings.is_url or settings.is_s3:
        return
    source, data = Path(settings.source).resolve(), settings.data.resolve()
    if source == data or source in data.parents or data in source.parents:
        raise SettingsError(
            [f"--data {settings.data} and --source {settings.source} must not lie in each other"]
        )
    if settings.sha256 and source.is_dir():
        raise SettingsError(["--sha256 is of an archive, and --source is a folder"])


def _prepared_earlier(settings: PrepareSettings) -> Manifest:
    manifest = read_manifest(settings.data)
    if manifest is None or manifest.get("key") != preparation_key(settings):
        held = (
            f"what was prepared from {manifest.get('source')} or with other settings"
            if manifest
            else f"files, but no {MANIFEST} of a preparation"
        )
        raise TrainingError(
            f"{settings.data} holds {held}: pass another --data, or remove the folder"
        )
    verify(settings.data, manifest, settings.workers)
    log.info("Prepared earlier; all %d files are as they were", len(manifest["files"]))
    return manifest


def _make(settings: PrepareSettings, staging: Path) -> Manifest:
    source = _fetch(settings, staging)
    skipped = SkippedFiles(settings.max_bad)
    intake = take_in(source, staging / "photos", settings, skipped)
    if intake.reused:
        log.info("%d photos were checked by an earlier run", intake.reused)
    try:
        arranged = arrange(intake.items, skipped)
        split = complete_splits(arranged, settings.fractions, settings.seed)
    except TrainingError:
        # The photos have to change before another attempt.
        ending.forget(ending.PREPARED)
        raise
    placed = name_photos(split)
    manifest = make_manifest(settings, placed, intake, skipped.reasons)
    tree = staging / "tree"
    build_tree(tree, placed)
    write_whole(tree / MANIFEST, to_json(manifest))
    settings.data.parent.mkdir(parents=True, exist_ok=True)
    # Replaces an empty folder, and only that.
    tree.replace(settings.data)
    return manifest


def _fetch(settings: PrepareSettings, staging: Path) -> Path:
    """The source as a path on this machine, checked as far as that needs no unpacking."""
    if settings.is_url:
        log.info("Downloading %s", source_name(settings))
        source = download(settings.source, staging / "download", settings.largest)
    elif settings.is_s3:
        source = fetch_from_s3(settings.source, staging / "download", settings.largest)
    else:
        source = Path(settings.source)
    if settings.sha256:
        if source.is_dir():
            raise SettingsError(["--sha256 is of an archive, and --source is a folder in S3"])
        require_checksum(source, settings.sha256, downloaded=settings.is_url or settings.is_s3)
    needed = declared_bytes(source)
    if needed is not None:
        require_room("--data", staging, min(needed, settings.largest))
    return source
