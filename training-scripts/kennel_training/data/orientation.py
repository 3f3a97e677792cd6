"""How a photo lies, read from its bytes by the rules that the server has in source/photo/exif.ts.

Pillow's own reader also takes XMP's word and that of text chunks, which browsers do not, and joins
several EXIF blocks.
"""

import struct
from collections.abc import Iterator

ORIENTATION = 0x0112
PREFIX = b"Exif\0\0"
# Of a directory entry: its bytes, and the types whose values are read.
ENTRY_BYTES = 12
SHORT, LONG = 3, 4
START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9


def orientation_of(photo: bytes) -> int:
    """EXIF's orientation (CIPA DC-008, tag 0x0112) from 1 to 8; 1, upright, where nothing is said.

    The first EXIF block of a JPEG, PNG or WebP file counts.
    """
    exif = _exif_of(photo)
    if exif is None:
        return 1
    while exif.startswith(PREFIX):
        exif = exif[len(PREFIX) :]
    try:
        return _orientation_in_tiff(exif)
    except struct.error:
        return 1


def _exif_of(photo: bytes) -> bytes | None:
    if photo.startswith(b"\xff\xd8\xff"):
        segments = _segments_of(photo)
        return next((s for marker, s in segments if marker == 0xE1 and s.startswith(PREFIX)), None)
    if photo.startswith(b"\x89PNG\r\n\x1a\n"):
        return _chunk_of(photo, 8, ">I4s", b"eXIf")
    if photo.startswith(b"RIFF") and photo[8:12] == b"WEBP":
        return _chunk_of(photo, 12, "<4sI", b"EXIF")
    return None


def _segments_of(photo: bytes) -> Iterator[tuple[int, bytes]]:
    """Markers and contents of a JPEG file's segments before its first scan (ITU-T T.81, B.1.1)."""
    at = photo.find(b"\xff", 2)
    while 0 <= at < len(photo) - 1:
        marker = photo[at + 1]
        if marker in (START_OF_SCAN, END_OF_IMAGE):
            return
        if marker == 0xFF:
            end = at + 1
        elif marker < 0xC0 or 0xD0 <= marker <= 0xD8:
            end = at + 2
        else:
            # libjpeg also takes a length that leaves out its own two bytes.
            end = at + 2 + max(2, int.from_bytes(photo[at + 2 : at + 4], "big"))
            if end > len(photo):
                return
            yield marker, photo[at + 4 : end]
        at = photo.find(b"\xff", end)


def _chunk_of(photo: bytes, at: int, header: str, wanted: bytes) -> bytes | None:
    """Content of a PNG's or WebP's chunk; PNG has a checksum behind each, WebP pads odd ones."""
    is_png = header.startswith(">")
    while at + 8 <= len(photo):
        first, second = struct.unpack_from(header, photo, at)
        length, name = (first, second) if is_png else (second, first)
        end = at + 8 + length
        if end > len(photo):
            return None
        if name == wanted:
            return photo[at + 8 : end]
        at = end + (4 if is_png else length % 2)
    return None


def _orientation_in_tiff(tiff: bytes) -> int:
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or struct.unpack_from(f"{order}H", tiff, 2)[0] != 42:
        return 1
    (directory,) = struct.unpack_from(f"{order}I", tiff, 4)
    (count,) = struct.unpack_from(f"{order}H", tiff, directory)
    for index in range(count):
        entry = directory + 2 + index * ENTRY_BYTES
        tag, kind, _, _ = struct.unpack_from(f"{order}HHII", tiff, entry)
        if tag != ORIENTATION:
            continue
        if kind not in (SHORT, LONG):
            return 1
        (value,) = struct.unpack_from(f"{order}{'H' if kind == SHORT else 'I'}", tiff, entry + 8)
        return value if 1 <= value <= 8 else 1
    return 1
