"""The pixels of preprocess.json's contract, from every kind of file."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from torchvision.transforms import v2

from kennel_training.common.errors import UnreadablePhotoError
from kennel_training.data.transform import Pixels, Preprocessing, decode, plain_view, random_view

PREPROCESSING = Preprocessing.for_image_size(64)


def noise(*shape: int, highest: int = 256) -> NDArray[np.int64]:
    return np.random.default_rng(1).integers(0, highest, shape)


def photo(width: int, height: int) -> Image.Image:
    return Image.fromarray(noise(height, width, 3).astype(np.uint8))


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    content = io.BytesIO()
    image.save(content, kind, **options)
    return content.getvalue()


def pixels(content: bytes) -> Pixels:
    return plain_view(decode(content, PREPROCESSING), PREPROCESSING)


def test_the_file_of_the_contract():
    assert Preprocessing.for_image_size(224).to_json() == {
        "version": 1,
        "exif_orientation": True,
        "decode": "reduced",
        "resize": 256,
        "crop": 224,
        "filter": "bilinear",
    }
    assert PREPROCESSING.resize == 73


@pytest.mark.parametrize(
    "size", [(80, 80), (200, 91), (91, 200), (500, 333), (20, 31), (73, 74), (1, 9), (64, 300)]
)
def test_the_geometry_is_torchvisions(size: tuple[int, int]):
    image = photo(*size)
    reference = v2.Compose([v2.Resize(73), v2.CenterCrop(64), v2.PILToTensor()])
    expected = reference(image).permute(1, 2, 0).numpy()
    assert np.array_equal(plain_view(image, PREPROCESSING), expected)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_photos_are_upright_by_exif(orientation: int, kind: str):
    image = photo(120, 80)
    turns: dict[int, Callable[[NDArray[np.uint8]], NDArray[np.uint8]]] = {
        1: lambda a: a,
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.transpose(1, 0, 2),
        6: lambda a: np.rot90(a, -1),
        7: lambda a: a[::-1, ::-1].transpose(1, 0, 2),
        8: lambda a: np.rot90(a),
    }
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = encoded(image, kind, exif=exif, lossless=True)
    upright = np.asarray(decode(content, PREPROCESSING))
    assert np.array_equal(upright, turns[orientation](np.asarray(image)))
    as_stored = Preprocessing(resize=73, crop=64, exif_orientation=False)
    assert np.array_equal(np.asarray(decode(content, as_stored)), np.asarray(image))


def test_reduced_photos_are_no_shorter_than_the_resize():
    sizes = {(145, 400): (145, 400), (146, 400): (73, 200), (300, 293): (75, 74)}
    sizes |= {(584, 2000): (73, 250), (583, 2000): (146, 500), (5000, 4000): (625, 500)}
    for size, reduced in sizes.items():
        plain = Image.new("RGB", size)
        assert decode(encoded(plain, "JPEG"), PREPROCESSING).size == reduced
    full = Preprocessing(resize=73, crop=64)
    assert decode(encoded(photo(584, 600), "JPEG"), full).size == (584, 600)
    assert decode(encoded(photo(584, 600), "PNG"), PREPROCESSING).size == (584, 600)


def test_damaged_exif_is_ignored():
    content = encoded(photo(80, 80), "JPEG", exif=b"Exif\x00\x00II*\x00\xff\xff\xff\xff")
    assert pixels(content).shape == (64, 64, 3)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_formats(kind: str):
    result = pixels(encoded(photo(90, 100), kind))
    assert result.shape == (64, 64, 3)
    assert result.dtype == np.uint8


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("L", "JPEG"), ("CMYK", "JPEG"), ("1", "PNG"), ("P", "PNG"), ("LA", "PNG"), ("RGBA", "PNG")],
)
def test_colour_modes(mode: str, kind: str):
    image = photo(90, 100).convert(mode)
    result = pixels(encoded(image, kind))
    assert result.shape == (64, 64, 3)
    assert result.std() > 1


def test_transparency_is_dropped_not_blended():
    image = photo(80, 80)
    transparent = image.copy()
    transparent.putalpha(0)
    assert np.array_equal(pixels(encoded(transparent, "PNG")), pixels(encoded(image, "PNG")))


def test_sixteen_bit_grey_keeps_its_high_byte():
    values = noise(80, 80, highest=65536).astype(np.uint16)
    decoded = np.asarray(decode(encoded(Image.fromarray(values), "PNG"), PREPROCESSING))
    assert np.array_equal(decoded[..., 0], (values >> 8).astype(np.uint8))


def test_an_animation_gives_its_first_frame():
    first, second = photo(80, 80), Image.new("RGB", (80, 80))
    content = encoded(first, "WEBP", save_all=True, append_images=[second], lossless=True)
    assert np.array_equal(pixels(content), pixels(encoded(first, "WEBP", lossless=True)))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty file"),
        (b"text, not a photo", "not a JPEG, PNG or WebP photo"),
        (encoded(photo(300, 300), "JPEG")[:4000], "truncated"),
        (encoded(photo(300, 300), "PNG")[:4000], "truncated"),
        (encoded(photo(300, 300), "JPEG")[:10], "(?i)truncated"),
        (encoded(photo(9, 9), "GIF"), "not a JPEG, PNG or WebP photo"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not a JPEG, PNG or WebP photo"),
    ],
)
def test_unreadable_content_has_a_reason(content: bytes, reason: str):
    with pytest.raises(UnreadablePhotoError, match=reason):
        decode(content, PREPROCESSING)


def test_random_views_repeat_for_a_key_and_differ_between_keys():
    image = photo(120, 90)
    views = [random_view(image, PREPROCESSING, f"photo {n}") for n in range(1, 6)]
    assert all(view.shape == (64, 64, 3) for view in views)
    assert np.array_equal(views[0], random_view(image, PREPROCESSING, "photo 1"))
    assert len({view.tobytes() for view in views}) == 5


def test_random_views_survive_extreme_shapes():
    for size in ((1, 1), (1, 400), (400, 1)):
        for number in range(20):
            view = random_view(photo(*size), PREPROCESSING, str(number))
            assert view.shape == (64, 64, 3)
