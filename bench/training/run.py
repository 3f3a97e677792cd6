"""Measures training against its bars, and prints tables. See README.md.

.venv/bin/python bench/training/run.py [--parts extraction,heads,onnx,int8] [--rounds N]
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
PARTS = ("extraction", "heads", "onnx", "int8")
NAIVE_PHOTOS = 32
# Of the data set that the bars are about: 6,680 photos for training, 835 for validation.
EPOCH_PHOTOS = 6680 + 835


def main() -> None:
    """Measure the chosen parts, and keep the results of the others."""
    options = _options()
    results = json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    with tempfile.TemporaryDirectory() as folder:
        from photos import draw_photos, real_photos

        paths = (
            real_photos(options.photos, options.count)
            if options.photos
            else draw_photos(Path(folder), options.count)
        )
        for part in options.parts:
            results[part] = {"machine": _machine(), **_measure(part, paths, options)}
    tuning = _tuning(results)
    if tuning:
        results["tuning"] = tuning
        print(f"\n### A tuning job of 12 trials x 5 epochs\n\n{_render_tuning(tuning)}")
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    print(f"\nEverything is in {RESULTS.relative_to(ROOT)}.")


def _measure(part: str, paths: list[Path], options: argparse.Namespace) -> dict[str, Any]:
    """One part's result; its table is printed."""
    # Torch takes seconds to load; wrong options have been told without it.
    if part == "extraction":
        from extraction import measure_extraction, render_extraction, summarize

        result = measure_extraction(options.backbone, paths, NAIVE_PHOTOS, options.rounds)
        print(f"\n### Extraction, {options.backbone}\n\n{render_extraction(result)}", flush=True)
        return {**result, "summary": summarize(result)}
    if part == "heads":
        from heads import measure_heads, render_heads

        result = measure_heads(options.rounds)
        print(f"\n### Heads\n\n{render_heads(result)}", flush=True)
        return result
    if part == "onnx":
        from models import measure_onnx, render_onnx

        backbones = measure_onnx(paths)
        print(f"\n### ONNX Runtime against torch\n\n{render_onnx(backbones)}", flush=True)
        return {"backbones": backbones}
    from models import measure_int8, render_int8

    result = measure_int8(paths)
    print(f"\n### INT8 against FP32\n\n{render_int8(result)}", flush=True)
    return result


def _tuning(results: dict[str, Any]) -> dict[str, Any] | None:
    """Extrapolated from rates: nobody waits for sixty naive epochs."""
    if not {"extraction", "heads"} <= results.keys():
        return None
    summary, heads = results["extraction"]["summary"], results["heads"]
    naive = EPOCH_PHOTOS / summary["naive"]["median"]
    search = sorted(heads["trials"])[len(heads["trials"]) // 2]
    extraction = {
        name: EPOCH_PHOTOS / rates["extraction"]["median"]
        for name, rates in summary.items()
        if name != "naive"
    }
    return {
        "naive_epoch_seconds": naive,
        "naive_seconds": 60 * naive,
        "extraction_seconds": extraction,
        "search_seconds": search,
        "part": {name: (taken + search) / (60 * naive) for name, taken in extraction.items()},
    }


def _render_tuning(tuning: dict[str, Any]) -> str:
    from spread import table

    naive = tuning["naive_seconds"]
    rows = [["naive: 60 epochs, extrapolated", f"{naive:,.0f}", "100 %"]]
    for precision, taken in tuning["extraction_seconds"].items():
        total = taken + tuning["search_seconds"]
        what = f"extraction in {precision} (extrapolated) and search"
        rows.append([what, f"{total:,.0f}", f"{tuning['part'][precision]:.2%}"])
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
    parser.add_argument("--parts", default=",".join(PARTS), help=f"some of {','.join(PARTS)} (all)")
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
    options.parts = options.parts.split(",")
    unknown = [part for part in options.parts if part not in PARTS]
    if unknown:
        parser.error(f"--parts has {unknown[0]!r}; allowed are {', '.join(PARTS)}, with commas")
    if not 1 <= options.rounds <= 100 or not 32 <= options.count <= 10000:
        parser.error("--rounds is a whole number from 1 to 100, --count one from 32 to 10000")
    if options.photos and not any(options.photos.rglob("*.jp*g")):
        parser.error(f"--photos {options.photos} holds no .jpg file")
    return options


if __name__ == "__main__":
    main()
