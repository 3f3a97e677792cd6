"""Measures training against its bars, and prints tables. See README.md.

.venv/bin/python bench/training/run.py [--rounds N] [--backbone NAME] [--photos DIR] [--count N]
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import platform
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "training-scripts"))
# As in training: threads that wait must not spin. Read when torch loads.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

from kennel_training.networks.names import BACKBONE_NAMES  # noqa: E402 - needs the path above

RESULTS = ROOT / "bench/results/training.json"
NAIVE_PHOTOS = 32
# Of the data set that the bars are about: 6,680 photos for training, 835 for validation.
EPOCH_PHOTOS = 6680 + 835


def main() -> None:
    """Measure extraction and heads, and what a tuning job takes by that."""
    options = _options()
    # Torch takes seconds to load; wrong options have been reported without it.
    from extraction import measure_extraction, render_extraction, summarize
    from heads import measure_heads, render_heads
    from photos import draw_photos, real_photos

    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    with tempfile.TemporaryDirectory() as folder:
        paths = (
            real_photos(options.photos, options.count)
            if options.photos
            else draw_photos(Path(folder), options.count)
        )
        extraction = measure_extraction(options.backbone, paths, NAIVE_PHOTOS, options.rounds)
    print(f"\n### Extraction, {options.backbone}\n\n{render_extraction(extraction)}", flush=True)
    heads = measure_heads(options.rounds)
    print(f"\n### Heads\n\n{render_heads(heads)}", flush=True)
    extraction["summary"] = summarize(extraction)
    tuning = _tuning(extraction["summary"], heads["trials"])
    print(f"\n### A tuning job of 12 trials x 5 epochs\n\n{_render_tuning(tuning)}")
    results = {"machine": _machine(), "extraction": extraction, "heads": heads, "tuning": tuning}
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    print(f"\nEverything is in {RESULTS.relative_to(ROOT)}.")


def _tuning(summary: dict[str, Any], trials: list[float]) -> dict[str, Any]:
    """Extrapolated from rates: nobody waits for sixty naive epochs."""
    naive = 60 * EPOCH_PHOTOS / summary["naive"]["median"]
    search = sorted(trials)[len(trials) // 2]
    extraction = {
        name: EPOCH_PHOTOS / rates["extraction"]["median"]
        for name, rates in summary.items()
        if name != "naive"
    }
    return {"naive_seconds": naive, "extraction_seconds": extraction, "search_seconds": search}


def _render_tuning(tuning: dict[str, Any]) -> str:
    from spread import table

    naive = tuning["naive_seconds"]
    rows = [["naive: 60 epochs, extrapolated", f"{naive:,.0f}", "100 %"]]
    for precision, taken in tuning["extraction_seconds"].items():
        total = taken + tuning["search_seconds"]
        what = f"extraction in {precision} (extrapolated) and search"
        rows.append([what, f"{total:,.0f}", f"{total / naive:.2%}"])
    return table(["what", "seconds", "of naive (bar: 2 %)"], rows)


def _machine() -> dict[str, Any]:
    import onnxruntime
    import torch

    return {
        "processors": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "instructions": [name for name, has in torch.cpu.get_capabilities().items() if has is True],
        "python": platform.python_version(),
        "torch": torch.__version__,
        "onnxruntime": onnxruntime.__version__,
        "load": os.getloadavg()[0],
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="(5)")
    parser.add_argument(
        "--backbone", default="resnet50", choices=BACKBONE_NAMES, metavar="NAME", help="(resnet50)"
    )
    parser.add_argument(
        "--photos", type=Path, metavar="DIR", help="real JPEGs; drawn ones without it"
    )
    parser.add_argument(
        "--count", type=int, default=320, metavar="N", help="photos a measurement (320)"
    )
    options = parser.parse_args()
    if not 1 <= options.rounds <= 100 or not 32 <= options.count <= 10000:
        parser.error("--rounds is a whole number from 1 to 100, --count one from 32 to 10000")
    if options.photos and not any(options.photos.rglob("*.jp*g")):
        parser.error(f"--photos {options.photos} contains no .jpg file")
    return options


if __name__ == "__main__":
    main()
