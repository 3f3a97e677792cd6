"""Names that do not exist, and what was probably meant."""

import difflib
from collections.abc import Sequence

# What other programs call these settings, as far as their names do not tell.
OTHER_NAMES = {
    **dict.fromkeys(("arch", "architecture", "model", "model_name", "net", "network"), "backbone"),
    **dict.fromkeys(("pretrained", "checkpoint"), "weights"),
    **dict.fromkeys(("img_size", "imgsz", "input_size", "resolution", "size"), "image_size"),
    **dict.fromkeys(("dataset", "data_dir", "data_path", "train_dir", "input_dir"), "data"),
    **dict.fromkeys(("output", "out_dir", "output_data_dir"), "output_dir"),
    **dict.fromkeys(("model_path", "save_dir"), "model_dir"),
    **dict.fromkeys(("augment", "augmentation", "augmentations"), "views"),
    **dict.fromkeys(("amp", "fp16", "half", "dtype"), "precision"),
    "early_stopping": "patience",
    "random_state": "seed",
    "jobs": "workers",
}


def unknown(what: str, name: str, prefix: str, known: Sequence[str]) -> str:
    """The message for a name that does not exist; ``prefix`` stands before names."""
    meant = _meant(name.lower(), known)
    if meant:
        return f"{what} does not exist; did you mean {prefix}{meant}?"
    return f"{what} does not exist; allowed are {', '.join(known)}"


def _meant(name: str, known: Sequence[str]) -> str | None:
    """The setting that is a slip, another program's word or initials away from ``name``."""
    words = set(name.split("_"))
    other = OTHER_NAMES.get(name)
    if other in known:
        return other
    # num_workers and test_batch_size; the longest name says most.
    inside = [option for option in known if words >= set(option.split("_"))]
    if inside:
        return max(inside, key=len)
    close = difflib.get_close_matches(name, known, n=1)
    initials = [option for option in known if "".join(w[0] for w in option.split("_")) == name]
    begun = [option for option in known if len(name) > 2 and option.startswith(name)]
    return next(iter([*close, *initials, *begun]), None)
