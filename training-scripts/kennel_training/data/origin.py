"""Content of origin.json: from which photos, by which code and where a model was made."""

import os
from collections.abc import Mapping
from typing import Any

from kennel_training.data.dataset import Dataset

ORIGIN = "origin.json"

# By key of origin.json; `kennel train` sets the first two, SageMaker the third.
VARIABLES = {"commit": "KENNEL_COMMIT", "image": "KENNEL_IMAGE", "job": "TRAINING_JOB_NAME"}


def describe_origin(
    dataset: Dataset, environment: Mapping[str, str] = os.environ
) -> dict[str, Any]:
    """What is not known is None; ``photos`` has the SHA-256 of each by its name.

    The data set's fingerprint is the SHA-256 over ``name NUL sha256 newline`` of these, in their
    order, so whoever has this file can check that it belongs to a metrics.json.
    """
    return {
        **{key: environment.get(variable) or None for key, variable in VARIABLES.items()},
        "photos": {
            photo.name: photo.digest for photos in dataset.splits.values() for photo in photos
        },
    }
