"""Drawn photos of the usual sizes, where no real ones are at hand."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
from PIL import Image

# Of photos as people upload them; about 100 kB each at this quality.
SIZES = ((500, 375), (640, 480), (375, 500), (500, 333))
QUALITY = 90


def draw_photos(folder: Path, count: int) -> list[Path]:
    """Write ``count`` JPEGs, soft shapes under grain, which decode as slowly as real ones."""
    generator = np.random.default_rng(0)
    paths = []
    for number in range(count):
        size = SIZES[number % len(SIZES)]
        coarse = generator.integers(0, 256, (12, 16, 3)).astype(np.uint8)
        soft = np.asarray(Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC), float)
        grain = generator.normal(0, 9, soft.shape)
        path = folder / f"{number:03d}.jpg"
        pixels = np.clip(soft + grain, 0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(path, quality=QUALITY)
        paths.append(path)
    return paths


def real_photos(folder: Path, count: int) -> list[Path]:
    """``count`` JPEGs from anywhere below ``folder``, at random, repeated where there are few."""
    found = sorted(path for path in folder.rglob("*.jp*g") if not path.name.startswith("."))
    random.Random(0).shuffle(found)
    return [found[number % len(found)] for number in range(count)]
