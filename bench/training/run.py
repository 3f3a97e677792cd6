"""Measures training against its bars, and prints tables. See README.md.

.venv/bin/python bench/training/run.py [--backbone NAME] [--photos DIR]
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import platform
import random
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "training-scripts"))
# As in training: threads that wait must not spin. Read when torch loads.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from kennel_training.networks.names import BACKBONE_NAMES  # noqa: E402 - needs the path above

RESULTS = ROOT / "bench/results/training.json"
# Of photos as people upload them; about 100 kB each at this quality.
SIZES = ((500, 375), (640, 480), (375, 500), (500, 333))
QUALITY = 90
PHOTOS = 320
ROUNDS = 5


def main() -> None:
    """Measure extraction and heads, and what a tuning job takes by that."""
    options = _options()
    # Torch takes seconds to load; wrong options have been reported without it.
    import onnxruntime
    import torch
    from extraction import NAIVE, measure_extraction
    from heads import EPOCHS, TRAIN, TRIALS, VALID, measure_heads

    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    with tempfile.TemporaryDirectory() as folder:
        found = sorted(options.photos.rglob("*.jp*g")) if options.photos else []
        random.Random(0).shuffle(found)
        paths = found or draw_photos(Path(folder))
        paths = [paths[number % len(paths)] for number in range(PHOTOS)]
        rates = measure_extraction(options.backbone, paths, ROUNDS)
    rows = []
    for what, numbers in rates.items():
        bare = []
        if what.startswith("extraction"):
            bare = rates.get(what.replace("extraction", "bare forward pass"), [])
        part = [one / other for one, other in zip(numbers, bare, strict=False)]
        times = [one / other for one, other in zip(numbers, rates[NAIVE], strict=True)]
        rows.append([what, show(numbers, 1), show(part, 2), show(times, 1)])
    head = ["what", "photos/s", "of the bare forward pass (bar: 0.90)", "times naive"]
    print_table(f"Extraction, {options.backbone}", head, rows)

    heads = measure_heads(ROUNDS)
    rows = [
        [f"{EPOCHS} epochs on {TRAIN:,} photos", show(heads["epochs"], 2), "5"],
        [f"{TRIALS} trials of {EPOCHS} epochs", show(heads["trials"], 2), "-"],
    ]
    print_table("Heads", ["with features", "seconds", "bar"], rows)

    # Extrapolated from rates: nobody waits for sixty naive epochs.
    photos = TRAIN + VALID
    naive = TRIALS * EPOCHS * photos / statistics.median(rates[NAIVE])
    search = statistics.median(heads["trials"])
    rows = [["naive: 60 epochs, extrapolated", f"{naive:,.0f}", "100 %"]]
    for what in (f"extraction, {precision}" for precision in ("fp32", "bf16", "fp16")):
        if what in rates:
            total = photos / statistics.median(rates[what]) + search
            rows.append(
                [f"{what} (extrapolated) and search", f"{total:,.0f}", f"{total / naive:.2%}"]
            )
    print_table("A tuning job", ["what", "seconds", "of naive (bar: 2 %)"], rows)

    machine = {
        "processors": os.cpu_count(),
        "instructions": [name for name, has in torch.cpu.get_capabilities().items() if has is True],
        "python": platform.python_version(),
        "torch": torch.__version__,
        "onnxruntime": onnxruntime.__version__,
        "load": os.getloadavg()[0],
    }
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    results = {"machine": machine, "backbone": options.backbone, "rates": rates, "heads": heads}
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    print(f"\nEverything is in {RESULTS.relative_to(ROOT)}.")


def draw_photos(folder: Path) -> list[Path]:
    """Write JPEGs, soft shapes under grain, which decode as slowly as real ones."""
    import numpy as np
    from PIL import Image

    generator = np.random.default_rng(0)
    paths = [folder / f"{number:03d}.jpg" for number in range(PHOTOS)]
    for number, path in enumerate(paths):
        size = SIZES[number % len(SIZES)]
        coarse = generator.integers(0, 256, (12, 16, 3)).astype(np.uint8)
        soft = np.asarray(Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC), float)
        pixels = np.clip(soft + generator.normal(0, 9, soft.shape), 0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(path, quality=QUALITY)
    return paths


def show(numbers: Sequence[float], digits: int) -> str:
    """``median (lowest-highest)``; a dash where there is nothing to show."""
    if not numbers:
        return "-"
    three = (statistics.median(numbers), min(numbers), max(numbers))
    return "{} ({}-{})".format(*(f"{number:,.{digits}f}" for number in three))


def print_table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Markdown."""
    lines = ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)]
    print(f"\n### {title}\n", *lines, sep="\n", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--backbone", default="resnet50", choices=BACKBONE_NAMES, metavar="NAME", help="(resnet50)"
    )
    parser.add_argument("--photos", type=Path, metavar="DIR", help="real JPEGs instead of drawn")
    options = parser.parse_args()
    if options.photos and not any(options.photos.rglob("*.jp*g")):
        parser.error(f"--photos {options.photos} contains no .jpg file")
    return options


if __name__ == "__main__":
    main()
