"""From a photo's bytes to the pixels that the network sees: the contract of preprocess.json.

The server repeats these steps in another language, so each of them is exact: RGB conversion,
upright by EXIF, the shorter side resized with Pillow's antialiased bilinear filter, centre crop.
"""

import hashlib
import io
import random
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from kennel_training.common.errors import UnreadablePhotoError
from kennel_training.data.orientation import orientation_of

# Formats by content, whatever the file's name says: those that the server reads. A model that is
# trained on others would get photos that nobody can send it.
FORMATS = ("JPEG", "PNG", "WEBP")
# The suffixes of each; MPO is the JPEG of cameras that add a preview or a second view.
SUFFIXES = {
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "MPO": (".jpg", ".jpeg", ".mpo"),
    "PNG": (".png", ".apng"),
    "WEBP": (".webp",),
    # Photos as well, but not read: such a file is skipped with a reason, not ignored.
    "GIF": (".gif",),
    "BMP": (".bmp", ".dib"),
    "TIFF": (".tif", ".tiff"),
    "AVIF": (".avif",),
    "HEIF": (".heic", ".heif"),
}

# Pillow registers most formats only when asked.
Image.init()

# What puts a photo upright, by its EXIF orientation; 1 is upright.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Preprocessing:
    """Content of preprocess.json.

    Attributes:
        resize: length of the shorter side in pixels before the crop.
        crop: side of the square that the network sees.
        decode: "reduced" decodes a JPEG photo at 1/2, 1/4 or 1/8 of its size, as far as its sides
            stay no shorter than ``resize``; "full" is what models without the key were trained on.
    """

    resize: int
    crop: int
    version: int = 1
    exif_orientation: bool = True
    filter: str = "bilinear"
    decode: str = "full"

    @classmethod
    def for_image_size(cls, crop: int) -> "Preprocessing":
        """The usual geometry, 256 to 224, scaled to another crop."""
        return cls(resize=round(crop * 256 / 224), crop=crop, decode="reduced")

    def to_json(self) -> dict[str, int | bool | str]:
        """The fields in the order of the contract."""
        fields = asdict(self)
        names = ("version", "exif_orientation", "decode", "resize", "crop", "filter")
        return {name: fields[name] for name in names}


def open_photo(content: bytes) -> Image.Image:
    """Open a photo without decoding its pixels.

    Raises:
        UnreadablePhotoError: when the bytes are empty or of no known format.
    """
    if not content:
        raise UnreadablePhotoError("empty file")
    with _damage_named():
        return Image.open(io.BytesIO(content), formats=FORMATS)


def find_peculiarities(image: Image.Image, content: bytes, suffix: str) -> tuple[str, ...]:
    """What sets an opened photo apart from an upright RGB one, as far as its header says.

    Args:
        image: as ``open_photo`` returns it.
        content: what it was opened from.
        suffix: of the file's name, such as ``.jpg``.
    """
    found = []
    if suffix.lower() not in SUFFIXES.get(image.format or "", ()):
        found.append(f"{image.format} under another suffix")
    if image.mode == "CMYK":
        found.append("CMYK")
    if image.mode in ("1", "L", "LA"):
        found.append("grey")
    if image.mode.startswith("I"):
        found.append("16-bit")
    if image.mode in ("LA", "PA", "RGBA") or "transparency" in image.info:
        found.append("transparent")
    if orientation_of(content) != 1:
        found.append("turned by EXIF")
    if image.format != "MPO" and getattr(image, "is_animated", False):
        found.append("animated (the first frame counts)")
    return tuple(found)


def decode(content: bytes, preprocessing: Preprocessing) -> Image.Image:
    """Decode a photo to RGB, upright.

    Raises:
        UnreadablePhotoError: when the pixels are damaged.
    """
    image = open_photo(content)
    load_pixels(image, preprocessing.resize if preprocessing.decode == "reduced" else None)
    turn = TURNS.get(orientation_of(content)) if preprocessing.exif_orientation else None
    with _damage_named():
        return _to_rgb(image if turn is None else image.transpose(turn))


def load_pixels(image: Image.Image, shortest: int | None) -> None:
    """Decode an opened photo, a JPEG at reduced size where its sides stay ``shortest`` or longer.

    Raises:
        UnreadablePhotoError: when the pixels are damaged.
    """
    with _damage_named():
        if shortest is not None:
            # Only JPEG can, and chooses the scale by itself.
            image.draft(None, (shortest, shortest))
        image.load()


def plain_view(image: Image.Image, preprocessing: Preprocessing) -> Pixels:
    """What the server shows the network: uint8 [crop, crop, 3].

    torchvision truncates the long side and rounds the crop's offset half to even; so does this.
    """
    width, height = image.size
    resize, crop = preprocessing.resize, preprocessing.crop
    if width <= height:
        size = (resize, int(resize * height / width))
    else:
        size = (int(resize * width / height), resize)
    image = image.resize(size, Image.Resampling.BILINEAR)
    left = round((size[0] - crop) / 2.0)
    top = round((size[1] - crop) / 2.0)
    return np.asarray(image.crop((left, top, left + crop, top + crop)))


def random_view(image: Image.Image, preprocessing: Preprocessing, key: str) -> Pixels:
    """A random crop of half the area or more, perhaps mirrored: uint8 [crop, crop, 3].

    ``key`` decides the randomness, so that the same photo gives the same views in every run.
    """
    generator = random.Random(int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big"))
    width, height = image.size
    area = width * height * generator.uniform(0.5, 1.0)
    ratio = 2 ** generator.uniform(-0.4, 0.4)
    crop_width = min(width, max(1, round((area * ratio) ** 0.5)))
    crop_height = min(height, max(1, round((area / ratio) ** 0.5)))
    left = generator.randint(0, width - crop_width)
    top = generator.randint(0, height - crop_height)
    side = preprocessing.crop
    view = image.resize(
        (side, side),
        Image.Resampling.BILINEAR,
        box=(left, top, left + crop_width, top + crop_height),
    )
    return np.asarray(ImageOps.mirror(view) if generator.random() < 0.5 else view)


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        # 16-bit grey: Pillow's own conversion would clip at 255 instead of scaling.
        values = np.clip(np.asarray(image).astype(np.int64), 0, 65535) >> 8
        return Image.fromarray(values.astype(np.uint8)).convert("RGB")
    # Converting RGB to RGB would copy.
    return image if image.mode == "RGB" else image.convert("RGB")


@contextmanager
def _damage_named() -> Iterator[None]:
    """Keep Pillow's warnings quiet, and give what it raises as an UnreadablePhotoError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except UnidentifiedImageError:
        reason = "not a JPEG, PNG or WebP photo (only these can be served)"
        raise UnreadablePhotoError(reason) from None
    except Exception as error:  # noqa: BLE001 - a damaged file may raise anything in a decoder
        reason = " ".join(str(error).split()) or type(error).__name__
        raise UnreadablePhotoError(reason[:200]) from None
