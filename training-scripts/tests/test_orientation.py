"""Which orientation counts; the server's exif.test.ts has the same cases."""

import io
import struct

import pytest
from PIL import Image

from kennel_training.data.orientation import orientation_of


def tiff(value: int, kind: int = 3, order: str = "<") -> bytes:
    start = (b"II" if order == "<" else b"MM") + struct.pack(f"{order}HI", 42, 8)
    size = {1: "B3x", 3: "H2x", 4: "I", 5: "I"}[kind]
    return start + struct.pack(f"{order}HHHI{size}", 1, 0x0112, kind, 1, value)


def segment(content: bytes) -> bytes:
    return b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content


def jpeg(*segments: bytes) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (8, 8)).save(content, "JPEG")
    plain = content.getvalue()
    return plain[:2] + b"".join(segments) + plain[2:]


EXIF = b"Exif\0\0"
XMP = b"http://ns.adobe.com/xap/1.0/\0" + b'<x tiff:Orientation="6"/>'


@pytest.mark.parametrize(
    ("photo", "expected"),
    [
        (jpeg(), 1),
        (jpeg(segment(EXIF + tiff(6))), 6),
        (jpeg(segment(EXIF + tiff(8, order=">"))), 8),
        (jpeg(segment(EXIF + tiff(3, kind=4))), 3),
        (jpeg(segment(EXIF + tiff(6, kind=1))), 1),
        (jpeg(segment(EXIF + tiff(9))), 1),
        (jpeg(segment(EXIF + tiff(0))), 1),
        (jpeg(segment(EXIF + EXIF + tiff(6))), 6),
        (jpeg(segment(EXIF + tiff(6)), segment(EXIF + tiff(3))), 6),
        (jpeg(segment(XMP)), 1),
        (jpeg(segment(XMP), b"\xff", segment(EXIF + tiff(6))), 6),
        (jpeg(segment(EXIF + tiff(6)[:-6])), 1),
        (jpeg(segment(EXIF + b"II*\0\xff\xff\xff\xff")), 1),
        (jpeg(segment(EXIF)), 1),
        (jpeg(b"\xff\xfe\0\0", segment(EXIF + tiff(6))), 6),
        (b"\xff\xd8" + segment(XMP) + b"no marker", 1),
        (b"\xff\xd8\xff", 1),
        (b"", 1),
        (tiff(6), 1),
    ],
)
def test_the_first_exif_block_counts(photo: bytes, expected: int):
    assert orientation_of(photo) == expected
