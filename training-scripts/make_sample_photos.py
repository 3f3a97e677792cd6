"""Draw a small data set of shapes: train/, valid/ and test/ with a folder of JPEGs per class.

The same seed draws the same pictures; see ``--help``.
"""

import argparse
import colorsys
import math
import random
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

SIDE = 256
# Drawn this much larger and scaled down, for smooth edges.
OVERSAMPLING = 2

Point = tuple[float, float]
Color = tuple[int, int, int]


def _on_circle(angle: float, radius: float = 1.0) -> Point:
    return radius * math.sin(angle), -radius * math.cos(angle)


def _regular(corners: int, inner_radius: float | None = None) -> list[Point]:
    """A regular polygon, or a star where there is an inner radius."""
    radii = (1.0,) if inner_radius is None else (1.0, inner_radius)
    count = corners * len(radii)
    return [_on_circle(2 * math.pi * i / count, radii[i % len(radii)]) for i in range(count)]


def _heart() -> list[Point]:
    angles = [2 * math.pi * i / 90 for i in range(90)]
    return [
        (
            math.sin(t) ** 3,
            -(13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)) / 16,
        )
        for t in angles
    ]


def _crescent() -> list[Point]:
    angles = [math.radians(-140 + 280 * i / 60) for i in range(61)]
    outer = [(-math.cos(a), math.sin(a)) for a in angles]
    inner = [(-0.78 * math.cos(a) + 0.25, 0.83 * math.sin(a)) for a in angles]
    return outer + inner[::-1]


def _cross() -> list[Point]:
    w = 0.34
    upper = [(-1.0, w), (-1.0, -w), (-w, -w), (-w, -1.0), (w, -1.0), (w, -w)]
    return [*upper, *((-x, -y) for x, y in upper)]


def _arrow() -> list[Point]:
    right = [(0.0, -1.0), (0.8, -0.1), (0.3, -0.1), (0.3, 1.0)]
    return [*right, (-0.3, 1.0), (-0.3, -0.1), (-0.8, -0.1)]


def _square() -> list[Point]:
    return [(-0.82, -0.82), (0.82, -0.82), (0.82, 0.82), (-0.82, 0.82)]


# Outlines in a box from -1 to 1, y pointing down.
SHAPES: dict[str, Callable[[], list[Point]]] = {
    "arrow": _arrow,
    "circle": lambda: _regular(90),
    "crescent": _crescent,
    "cross": _cross,
    "heart": _heart,
    "square": _square,
    "star": lambda: _regular(5, 0.42),
    "triangle": lambda: _regular(3),
}


def draw(shape: str, generator: random.Random, side: int = SIDE) -> Image.Image:
    """One picture: colours, place, size, angle, light and noise are random, the shape is not."""
    canvas = side * OVERSAMPLING
    dark = generator.random() < 0.5
    hue = generator.random()
    image = _background(generator, canvas, hue, dark)
    outline = _place(SHAPES[shape](), generator, canvas)

    shadow = Image.new("L", image.size, 0)
    offset = canvas * 0.025
    ImageDraw.Draw(shadow).polygon([(x + offset, y + offset) for x, y in outline], fill=110)
    image.paste((0, 0, 0), mask=shadow.filter(ImageFilter.GaussianBlur(canvas * 0.02)))

    brightness = generator.uniform(0.8, 1.0) if dark else generator.uniform(0.35, 0.7)
    color = _color(hue + generator.uniform(0.3, 0.7), generator.uniform(0.55, 0.95), brightness)
    ImageDraw.Draw(image).polygon(outline, fill=color)

    small = image.resize((side, side), Image.Resampling.LANCZOS)
    return _add_noise(small, generator)


def _color(hue: float, saturation: float, brightness: float) -> Color:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, min(1.0, max(0.0, brightness)))
    return int(255 * red), int(255 * green), int(255 * blue)


def _background(generator: random.Random, side: int, hue: float, dark: bool) -> Image.Image:
    """A soft gradient between two related colours."""
    brightness = generator.uniform(0.22, 0.45) if dark else generator.uniform(0.8, 0.98)
    ends = [
        np.array(_color(hue + shift, generator.uniform(0.15, 0.5), brightness + lift), dtype=float)
        for shift, lift in ((0.0, 0.0), (generator.uniform(0, 0.1), generator.uniform(-0.15, 0.1)))
    ]
    angle = generator.uniform(0, 2 * math.pi)
    y, x = np.mgrid[0:side, 0:side] / side - 0.5
    position = np.clip(x * math.cos(angle) + y * math.sin(angle) + 0.5, 0, 1)[..., None]
    return Image.fromarray((ends[0] * (1 - position) + ends[1] * position).astype(np.uint8))


def _place(outline: list[Point], generator: random.Random, side: int) -> list[Point]:
    radius = side * generator.uniform(0.22, 0.36)
    angle = math.radians(generator.uniform(-25, 25))
    cosine, sine = radius * math.cos(angle), radius * math.sin(angle)
    left = side * (0.5 + generator.uniform(-0.08, 0.08))
    top = side * (0.5 + generator.uniform(-0.08, 0.08))
    return [(left + x * cosine - y * sine, top + x * sine + y * cosine) for x, y in outline]


def _add_noise(image: Image.Image, generator: random.Random) -> Image.Image:
    noise = np.random.default_rng(generator.getrandbits(32)).normal(
        0, generator.uniform(2, 9), (image.height, image.width, 1)
    )
    return Image.fromarray(np.clip(np.asarray(image, float) + noise, 0, 255).astype(np.uint8))


def make(
    folder: Path,
    photos: dict[str, int],
    seed: int = 0,
    side: int = SIDE,
    shapes: tuple[str, ...] = tuple(SHAPES),
) -> None:
    """Write ``photos[split]`` JPEGs of every shape to ``folder/split/shape/``.

    A picture depends only on the seed, its split, shape and number, so splits never share one.
    """
    for split, count in photos.items():
        for shape in shapes:
            target = folder / split / shape
            target.mkdir(parents=True, exist_ok=True)
            for number in range(1, count + 1):
                picture = draw(shape, random.Random(f"{seed} {split} {shape} {number}"), side)
                picture.save(target / f"{shape}-{number:03d}.jpg", quality=90)


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the arguments and draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where train/, valid/ and test/ go; new or empty")
    defaults = {"train": 200, "valid": 40, "test": 40, "side": SIDE, "seed": 0}
    for name, default in defaults.items():
        what = {"side": "pixels a side", "seed": "seed"}.get(name, "pictures a shape")
        parser.add_argument(
            f"--{name}", type=int, default=default, metavar="N", help=f"{what} ({default})"
        )
    options = parser.parse_args(arguments)
    photos = {"train": options.train, "valid": options.valid, "test": options.test}
    if min(*photos.values(), options.side) < 1:
        parser.error(
            "--train, --valid, --test and --side must be 1 or more; for example --train 200"
        )
    if options.folder.exists() and (not options.folder.is_dir() or any(options.folder.iterdir())):
        parser.error(f"{options.folder} is not an empty folder: pass a new one")
    make(options.folder, photos, options.seed, options.side)
    print(f"Drew {sum(photos.values()) * len(SHAPES)} pictures of {len(SHAPES)} shapes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
