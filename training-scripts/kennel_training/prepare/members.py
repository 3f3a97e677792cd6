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
from pathlib import Path, PurePosixPath

from kennel_training.common.errors import TrainingError, UnreadablePhotoError
from kennel_training.common.files import files_below

# Far more than a photo; what is larger is not read into memory.
LARGEST_FILE = 200 * 10**6

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
        read: gives the content, at most so many bytes; raises ``UnreadablePhotoError``.
    """

    name: str
    size: int
    stamp: str
    read: Callable[[int], bytes]


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
    if source.is_dir():
        return sum(member.size for member in _in_folder(source))
    if zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as archive:
            return sum(info.file_size for info in archive.infolist())
    return None


def _in_folder(folder: Path) -> Iterator[Member]:
    for path in files_below(folder):
        relative = path.relative_to(folder).as_posix()
        try:
            status = path.stat()
        except OSError:
            yield Member(relative, 0, "", _unreadable("broken link"))
            continue
        if stat.S_ISREG(status.st_mode):
            yield Member(relative, status.st_size, str(status.st_mtime_ns), _file(path))
        else:
            yield Member(relative, 0, "", _unreadable("not a regular file"))


def _in_zip(source: Path) -> Iterator[Member]:
    with zipfile.ZipFile(source) as archive:
        entries = [info for info in archive.infolist() if not info.is_dir()]
        if any(info.flag_bits & 1 for info in entries):
            raise TrainingError(f"{source} is encrypted: unpack it yourself and pass the folder")
        # All names before the first content.
        names = [_checked_name(info.filename, source) for info in entries]
        for name, info in zip(names, entries, strict=True):
            if stat.S_ISLNK(info.external_attr >> 16):
                yield Member(name, 0, "", _unreadable("symbolic link"))
            else:
                yield Member(name, info.file_size, f"{info.CRC:08x}", _zipped(archive, info))


def _in_tar(source: Path) -> Iterator[Member]:
    try:
        with tarfile.open(source) as archive:
            for info in archive:
                name = _checked_name(info.name, source)
                if info.isreg():
                    stamp = f"{info.chksum}-{info.mtime}"
                    yield Member(name, info.size, stamp, _tarred(source, archive, info))
                elif not info.isdir():
                    kind = "link" if info.islnk() or info.issym() else "device"
                    yield Member(name, 0, "", _unreadable(kind))
    except _DAMAGED as error:
        raise _incomplete(source, error) from None


def _checked_name(name: str, source: Path) -> str:
    name = name.replace("\\", "/")
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or name[1:2] == ":":
        raise TrainingError(
            f"{source} holds {name!r}, which points outside of it: "
            "such an archive is not to be trusted, and nothing of it is used"
        )
    return "/".join(parts)


def _file(path: Path) -> Callable[[int], bytes]:
    def read(limit: int) -> bytes:
        try:
            with path.open("rb") as file:
                return file.read(limit)
        except OSError as error:
            raise UnreadablePhotoError(error.strerror or str(error)) from None

    return read


def _zipped(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[int], bytes]:
    def read(limit: int) -> bytes:
        try:
            with archive.open(info) as file:
                return file.read(limit)
        except _DAMAGED as error:
            raise UnreadablePhotoError(f"damaged in the archive ({_text(error)})") from None

    return read


def _tarred(
    source: Path, archive: tarfile.TarFile, info: tarfile.TarInfo
) -> Callable[[int], bytes]:
    def read(limit: int) -> bytes:
        try:
            file = archive.extractfile(info)
            content = file.read(limit) if file else b""
        except _DAMAGED as error:
            raise _incomplete(source, error) from None
        if len(content) < min(limit, info.size):
            raise _incomplete(source, EOFError("it ends early"))
        return content

    return read


def _incomplete(source: Path, error: Exception) -> TrainingError:
    return TrainingError(f"{source} is damaged or incomplete ({_text(error)})")


def _unreadable(reason: str) -> Callable[[int], bytes]:
    def read(_limit: int) -> bytes:
        raise UnreadablePhotoError(reason)

    return read


def _text(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
