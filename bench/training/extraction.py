"""How fast features are extracted, beside the bare forward pass and a naive epoch."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np
import torch
from kennel_training.data.dataset import Photo
from kennel_training.data.decoding import Decoder, decode_views
from kennel_training.data.skipped import SkippedFiles
from kennel_training.data.transform import Preprocessing
from kennel_training.features.cache import FeatureCache
from kennel_training.features.extraction import FeatureExtractor
from kennel_training.networks.backbones import load_backbone
from kennel_training.networks.compute import choose_device, choose_precision, one_thread
from kennel_training.networks.forward import choose_forward
from PIL import Image
from torchvision import transforms

DEVICE = choose_device()
REDUCED = Preprocessing.for_image_size(224)
FULL = replace(REDUCED, decode="full")
NAIVE_BATCH = 32
NAIVE = "naive epoch (decode, then torch fp32)"

Rates = dict[str, list[float]]


def measure_extraction(name: str, paths: Sequence[Path], rounds: int) -> Rates:
    """Photos a second: naive, bare forward pass and extraction, in turn in each round.

    Extraction decodes large photos at reduced size, as new models do, and once more in full.
    """
    photos = [Photo(path, str(number), 0, f"{number:064x}") for number, path in enumerate(paths)]
    pixels = np.concatenate([decode_views(photo, REDUCED, (0,)) for photo in photos])
    network = load_backbone(name, "none", seed=0).to(DEVICE)
    precisions = dict.fromkeys(("fp32", choose_precision("auto", DEVICE, name)))
    forwards = {
        precision: choose_forward(load_backbone(name, "none", seed=0), 224, precision, DEVICE)
        for precision in precisions
    }
    # As in training: one for all splits; its processes, where it has any, stay.
    decoders = {
        how: Decoder(how, os.cpu_count() or 1, SkippedFiles(0), processes=DEVICE.type == "cuda")
        for how in (REDUCED, FULL)
    }
    resize = transforms.Compose(
        [transforms.Resize(256), transforms.CenterCrop(224), transforms.PILToTensor()]
    )

    def naive_epoch() -> int:
        """What a script without a cache does in every epoch, but for the head's own work."""
        sample = [resize(Image.open(path).convert("RGB")) for path in paths[:NAIVE_BATCH]]
        with torch.inference_mode():
            network(torch.stack(sample).permute(0, 2, 3, 1).to(DEVICE)).cpu()
        return len(sample)

    def forward_pass(precision: str) -> int:
        forward = forwards[precision]
        size = forward.batch
        with one_thread():
            for _ in forward.pool.map(
                forward, [pixels[at : at + size] for at in range(0, len(pixels), size)]
            ):
                pass
        return len(pixels)

    def extraction(precision: str, how: Preprocessing) -> int:
        with tempfile.TemporaryDirectory() as folder:
            cache = FeatureCache(Path(folder), "weights", how, precision)
            extractor = FeatureExtractor(forwards[precision], decoders[how], cache)
            return len(extractor.extract("train", photos, 1).photos)

    works = {NAIVE: naive_epoch}
    for precision, forward in forwards.items():
        forward.prepare()
        works |= {
            f"bare forward pass, {precision}": lambda p=precision: forward_pass(p),
            f"extraction, {precision}": lambda p=precision: extraction(p, REDUCED),
            f"extraction, {precision}, decoded in full": lambda p=precision: extraction(p, FULL),
        }
    rates: Rates = {what: [] for what in works}
    # The first round only warms up.
    for number in range(rounds + 1):
        for what, work in works.items():
            started = perf_counter()
            count = work()
            if number:
                rates[what].append(count / (perf_counter() - started))
    return rates
