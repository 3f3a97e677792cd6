"""Features of some photos as one file: whose they are, what else there is to say, the numbers.

The first two are lines of JSON; a few kilobytes of an object in S3 tell whether the rest is needed.
"""

import hashlib
import json
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SUFFIX = ".features"
# More than the first line takes: the digests of 128 photos, see features.CHUNK.
LONGEST_DIGESTS = 16384

# A photo's features [views, width], and why it is unreadable; empty where it is not.
Entry = tuple[NDArray[np.float32], str]


@dataclass(frozen=True)
class Chunk:
    """Features of different photos in any order.

    Attributes:
        digests: SHA-256 of each photo's content.
        values: float32 [photos, views, width]; zeros where a photo is unreadable.
        reasons: why a photo is unreadable, empty where it is not.
    """

    digests: tuple[str, ...]
    values: NDArray[np.float32]
    reasons: tuple[str, ...]

    @property
    def name(self) -> str:
        """The file's name: the same photos give the same."""
        return hashlib.sha256(json.dumps(self.digests).encode()).hexdigest() + SUFFIX

    def entries(self) -> dict[str, Entry]:
        """Each photo's own, by its digest."""
        pairs = zip(self.values, self.reasons, strict=True)
        return dict(zip(self.digests, pairs, strict=True))

    def to_bytes(self) -> bytes:
        """Content of the file."""
        numbers = np.ascontiguousarray(self.values, dtype="<f4").tobytes()
        rest = {
            "shape": self.values.shape,
            "reasons": self.reasons,
            "crc32": zlib.crc32(numbers),
        }
        lines = (json.dumps(line).encode() for line in (self.digests, rest))
        return b"\n".join((*lines, numbers))


def read_chunk(content: bytes) -> Chunk:
    """The chunk of a file's content.

    Raises:
        ValueError: when it is damaged.
    """
    digests = read_digests(content)
    try:
        line, numbers = content.split(b"\n", 2)[1:]
        rest = json.loads(line)
        values = np.frombuffer(numbers, dtype="<f4").reshape(rest["shape"])
        reasons = tuple(str(reason) for reason in rest["reasons"])
        whole = zlib.crc32(numbers) == rest["crc32"]
    except (KeyError, TypeError) as error:
        raise ValueError("damaged") from error
    if not whole or values.ndim != 3 or {len(values), len(reasons)} != {len(digests)}:
        raise ValueError("damaged")
    return Chunk(digests, values, reasons)


def read_digests(start: bytes) -> tuple[str, ...]:
    """Whose features a file holds, from its first ``LONGEST_DIGESTS`` bytes.

    Raises:
        ValueError: when it is damaged.
    """
    digests = json.loads(start.partition(b"\n")[0])
    if not isinstance(digests, list):
        raise ValueError("damaged")
    return tuple(str(digest) for digest in digests)
