"""Folders in S3 that a run reads or writes: copied here before it, and from here after it."""

import contextlib
import logging
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from kennel_training.common.ahead import map_ahead
from kennel_training.common.errors import TrainingError
from kennel_training.common.files import files_below, require_room
from kennel_training.common.lock import only_one
from kennel_training.common.progress import Progress
from kennel_training.s3.client import S3Location, explained, list_objects, make_client, s3_errors

CONNECTIONS = 16
# Lies beside the copy; a file that is taken away could be locked twice.
LOCK = ".lock"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class S3Folder:
    """A setting whose folder is in S3.

    Attributes:
        name: of the setting, such as ``model_dir``.
        copy: the folder here that stands for it.
        written: whether the run writes it; otherwise it is read.
    """

    name: str
    location: S3Location
    copy: Path
    written: bool

    def explained(self, permission: str) -> AbstractContextManager[None]:
        """As ``explained`` of the client, with the option's name before what went wrong."""
        return explained(permission, self.location, f"--{self.name}: ")


@contextmanager
def copied(folders: tuple[S3Folder, ...], rank: int = 0) -> Iterator[None]:
    """Fetch what is read and prove that what is written can be; at a good end, upload it.

    Only rank 0 writes.

    Raises:
        TrainingError: naming the option, and the permission where one is missing.
    """
    written = [folder for folder in folders if folder.written and rank == 0]
    client = make_client(CONNECTIONS) if folders else None
    for folder in written:
        _require_writable(client, folder)
    for folder in folders:
        if not folder.written:
            folder.copy.mkdir(parents=True, exist_ok=True)
            # The second process of this machine finds everything there.
            with only_one(folder.copy / LOCK, None):
                download_folder(client, folder)
    yield
    for folder in written:
        _upload(client, folder)


def _require_writable(client: Any, folder: S3Folder) -> None:
    """Begin an upload and give it up, which leaves nothing behind."""
    place = {"Bucket": folder.location.bucket, "Key": folder.location.key(".writing")}
    with folder.explained("s3:PutObject"):
        upload = client.create_multipart_upload(**place)["UploadId"]
    # Whoever may begin one may give it up, unless a policy says otherwise.
    with contextlib.suppress(*s3_errors()):
        client.abort_multipart_upload(**place, UploadId=upload)


def download_folder(client: Any, folder: S3Folder) -> None:
    """Make the copy hold what S3 holds, and nothing else.

    Raises:
        TrainingError: naming the option, and the permission where one is missing.
    """
    with folder.explained("s3:ListBucket"):
        there = _files(client, folder.location)
    if not there:
        raise TrainingError(
            f"--{folder.name} {folder.location}: there are no objects below this address"
        )
    paths = {folder.copy / name: entry for name, entry in there.items()}
    for path in list(files_below(folder.copy)) if folder.copy.is_dir() else ():
        if path not in paths and path.name != LOCK:
            path.unlink()
            _remove_empty(path.parent, folder.copy)
    missing = [path for path, entry in paths.items() if not _is_as(path, entry)]
    require_room(f"--{folder.name}", folder.copy, sum(paths[path]["Size"] for path in missing))

    def fetch(path: Path) -> None:
        entry = paths[path]
        path.parent.mkdir(parents=True, exist_ok=True)
        with folder.explained("s3:GetObject"):
            # Whole or not at all: it writes beside the file first.
            client.download_file(folder.location.bucket, entry["Key"], str(path))
        changed = entry["LastModified"].timestamp()
        os.utime(path, (changed, changed))

    with Progress(f"Downloading {folder.location}", len(missing), "files") as progress:
        for _ in map_ahead(fetch, missing, CONNECTIONS, 4 * CONNECTIONS):
            progress.advance(1)
    log.info(
        "Downloaded %s to %s: %d files, %d were there already",
        folder.location,
        folder.copy,
        len(missing),
        len(paths) - len(missing),
    )


def _upload(client: Any, folder: S3Folder) -> None:
    paths = [p for p in files_below(folder.copy) if not p.name.startswith(".")]
    # The model last: with it, the folder is complete.
    paths.sort(key=lambda path: path.suffix == ".onnx")

    def send(path: Path) -> None:
        key = folder.location.key(path.relative_to(folder.copy).as_posix())
        with folder.explained("s3:PutObject"):
            client.upload_file(str(path), folder.location.bucket, key)

    try:
        for path in paths:
            send(path)
    except TrainingError as error:
        raise TrainingError(
            f"{error}. What was to go there is in {folder.copy}: copy it with "
            f"aws s3 cp --recursive {folder.copy} {folder.location}"
        ) from None
    log.info("Uploaded %d files of --%s to %s", len(paths), folder.name, folder.location)


def _files(client: Any, location: S3Location) -> dict[str, dict[str, Any]]:
    """S3's entries by their path below the location."""
    return {
        name.lstrip("/"): entry
        for name, entry in list_objects(client, location).items()
        # Consoles mark folders by empty objects; other odd names are not files here.
        if name and not name.endswith("/") and ".." not in PurePosixPath(name).parts
    }


def _remove_empty(folder: Path, root: Path) -> None:
    """An empty folder would be a class without photos."""
    while folder != root and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _is_as(path: Path, entry: dict[str, Any]) -> bool:
    try:
        status = path.stat()
    except OSError:
        return False
    same_time = int(status.st_mtime) == int(entry["LastModified"].timestamp())
    return status.st_size == entry["Size"] and same_time
