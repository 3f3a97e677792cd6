"""Features of some photos as one file: a line of JSON that says whose they are, then the numbers.

The line comes first so that a few kilobytes of an object in S3 tell whether the rest is needed.
"""

import hashlib
import json
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SUFFIX = ".features"
# More than the line of a chunk takes, even where every photo has a long reason.
LONGEST_INDEX = 65536

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
        index = {
            "digests": self.digests,
            "shape": self.values.shape,
            "reasons": self.reasons,
            "crc32": zlib.crc32(numbers),
        }
        return json.dumps(index).encode() + b"\n" + numbers


def read_chunk(content: bytes) -> Chunk:
    """The chunk of a file's content.

    Raises:
        ValueError: when it is damaged.
    """
    line, _, numbers = content.partition(b"\n")
    digests = read_digests(line)
    try:
        index = json.loads(line)
        values = np.frombuffer(numbers, dtype="<f4").reshape(index["shape"])
        reasons = tuple(str(reason) for reason in index["reasons"])
        whole = zlib.crc32(numbers) == index["crc32"]
    except (KeyError, TypeError) as error:
        raise ValueError("no index") from error
    if not whole or values.ndim != 3 or {len(values), len(reasons)} != {len(digests)}:
        raise ValueError("damaged")
    return Chunk(digests, values, reasons)


def read_digests(start: bytes) -> tuple[str, ...]:
    """Whose features a file holds, from its first ``LONGEST_INDEX`` bytes.

    Raises:
        ValueError: when it is damaged.
    """
    index = json.loads(start.partition(b"\n")[0])
    if not isinstance(index, dict) or not isinstance(index.get("digests"), list):
        raise ValueError("no index")
    return tuple(str(digest) for digest in index["digests"])
