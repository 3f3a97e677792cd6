"""The files of a source, whatever kind it is: each with its name and how to read it.

Nothing is ever written under a name that an archive gives, so no archive can write elsewhere.
"""

import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from kennel_training.common.errors import TrainingError, UnreadablePhotoError
from kennel_training.common.files import files_below

# What a damaged archive makes the standard library raise.
_DAMAGED = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    OSError,
)


@dataclass(frozen=True)
class Member:
    """A file of the source.

    Attributes:
        name: its path there, with forward slashes.
        size: in bytes, as the source says.
        stamp: differs where the content does, as far as the source tells without reading it.
        content: opens it; or why it cannot be read.
    """

    name: str
    size: int
    stamp: str
    content: Callable[[], IO[bytes] | None] | str

    def read(self, limit: int) -> bytes:
        """The content, at most so many bytes.

        Raises:
            UnreadablePhotoError: with the reason.
        """
        if isinstance(self.content, str):
            raise UnreadablePhotoError(self.content)
        try:
            file = self.content()
            if file is None:
                return b""
            with file:
                return file.read(limit)
        except _DAMAGED as error:
            raise UnreadablePhotoError(_text(error)) from None


def list_members(source: Path) -> Iterator[Member]:
    """Every file of a folder, a zip or a tar file; each is read before the next one is asked for.

    Raises:
        TrainingError: when the source is of another kind, damaged as a whole, or points outside.
    """
    if source.is_dir():
        return _in_folder(source)
    if zipfile.is_zipfile(source):
        return _in_zip(source)
    try:
        is_tar = tarfile.is_tarfile(source)
    except _DAMAGED:
        is_tar = False
    if is_tar:
        return _in_tar(source)
    raise TrainingError(
        f"{source} is neither a folder nor a whole zip or tar file: "
        "if it was downloaded, it may be incomplete"
    )


def declared_bytes(source: Path) -> int | None:
    """How much there is to unpack, where that can be known without reading everything."""
    if source.is_dir() or zipfile.is_zipfile(source):
        return sum(member.size for member in list_members(source))
    return None


def _in_folder(folder: Path) -> Iterator[Member]:
    for path in files_below(folder):
        name = path.relative_to(folder).as_posix()
        try:
            status = path.stat()
        except OSError:
            yield Member(name, 0, "", "broken link")
            continue
        is_file = stat.S_ISREG(status.st_mode)
        content = partial(_opened, path) if is_file else "not a regular file"
        yield Member(name, status.st_size, str(status.st_mtime_ns), content)


def _opened(path: Path) -> IO[bytes]:
    return path.open("rb")


def _in_zip(source: Path) -> Iterator[Member]:
    with zipfile.ZipFile(source) as archive:
        entries = [info for info in archive.infolist() if not info.is_dir()]
        if any(info.flag_bits & 1 for info in entries):
            raise TrainingError(f"{source} is encrypted: unpack it yourself and pass the folder")
        # All names before the first content.
        names = [_checked_name(info.filename, source) for info in entries]
        for name, info in zip(names, entries, strict=True):
            is_link = stat.S_ISLNK(info.external_attr >> 16)
            content = "symbolic link" if is_link else partial(archive.open, info)
            yield Member(name, info.file_size, f"{info.CRC:08x}", content)


def _in_tar(source: Path) -> Iterator[Member]:
    try:
        with tarfile.open(source) as archive:
            for info in archive:
                name = _checked_name(info.name, source)
                if info.isreg():
                    content = partial(archive.extractfile, info)
                    yield Member(name, info.size, f"{info.chksum}-{info.mtime}", content)
                elif not info.isdir():
                    is_link = info.islnk() or info.issym()
                    yield Member(name, 0, "", "link" if is_link else "device")
    except _DAMAGED as error:
        # Also where the last member was cut off: behind it there is no next one.
        raise TrainingError(f"{source} is damaged or incomplete ({_text(error)})") from None


def _checked_name(name: str, source: Path) -> str:
    name = name.replace("\\", "/")
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or name[1:2] == ":":
        raise TrainingError(
            f"{source} holds {name!r}, which points outside of it: "
            "such an archive is not to be trusted, and nothing of it is used"
        )
    return "/".join(parts)


def _text(error: Exception) -> str:
    reason = getattr(error, "strerror", None) or str(error)
    return " ".join(reason.split()) or type(error).__name__
