"""The classes that are told apart worst, and the photos that show why."""

import base64
import io
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from kennel_training.common.ahead import map_ahead
from kennel_training.common.errors import UnreadablePhotoError
from kennel_training.data.dataset import Photo
from kennel_training.data.decoding import decode_views
from kennel_training.data.transform import Preprocessing
from kennel_training.head.evaluation import Evaluation

WORST_CLASSES = 12
PHOTOS_A_CLASS = 6
THUMBNAIL_SIDE = 112
THUMBNAIL_QUALITY = 70
# Photos on a slow disk, or of a hundred megapixels each, are then listed without their picture.
MOST_SECONDS = 5.0


@dataclass(frozen=True)
class Mistake:
    """A photo of the test split and what it was taken for.

    Attributes:
        probability: of the wrong class.
    """

    photo: Photo
    truth: str
    predicted: str
    probability: float

    def to_json(self) -> dict[str, Any]:
        """An entry of mistakes.json."""
        return {
            "photo": self.photo.name,
            "class": self.truth,
            "predicted": self.predicted,
            "probability": round(self.probability, 6),
        }


def list_mistakes(
    photos: Sequence[Photo], result: Evaluation, classes: tuple[str, ...]
) -> list[Mistake]:
    """All mistakes, the most confident first."""
    wrong = [
        Mistake(photo, classes[photo.label], classes[predicted], probability)
        for photo, predicted, probability in zip(
            photos, result.predictions.tolist(), result.probabilities.tolist(), strict=True
        )
        if photo.label != predicted
    ]
    return sorted(wrong, key=lambda mistake: (-mistake.probability, mistake.photo.name))


def worst_classes(
    mistakes: Sequence[Mistake],
    result: Evaluation,
    classes: tuple[str, ...],
    preprocessing: Preprocessing,
    workers: int,
) -> list[dict[str, Any]]:
    """What the page shows of those with the smallest share of right answers, the worst first.

    ``taken_for`` has wrong classes and how often, the most frequent first; ``pictures`` some
    mistakes, the most confident first, each with its thumbnail as a data URI.
    """
    figures = result.per_class(classes)
    right = np.diag(result.confusion)
    photos = result.confusion.sum(axis=1)
    of_class: dict[str, list[Mistake]] = {}
    for mistake in mistakes:
        of_class.setdefault(mistake.truth, []).append(mistake)
    labels = [label for label, name in enumerate(classes) if name in of_class]
    labels.sort(key=lambda label: (right[label] / photos[label], -photos[label], label))
    labels = labels[:WORST_CLASSES]
    shown = {label: of_class[classes[label]][:PHOTOS_A_CLASS] for label in labels}
    pictures = _thumbnails([m for some in shown.values() for m in some], preprocessing, workers)
    return [
        {
            "name": classes[label],
            "photos": int(photos[label]),
            "right": int(right[label]),
            "precision": figures[classes[label]]["precision"],
            "taken_for": Counter(m.predicted for m in of_class[classes[label]]).most_common(),
            "pictures": [(m, pictures.get(m.photo.name)) for m in shown[label]],
        }
        for label in labels
    ]


def _thumbnails(
    mistakes: Sequence[Mistake], preprocessing: Preprocessing, workers: int
) -> dict[str, str | None]:
    """Data URIs by the photo's name, as far as the time allows."""
    until = time.monotonic() + MOST_SECONDS

    def attempt(mistake: Mistake) -> str | None:
        return None if time.monotonic() > until else _thumbnail(mistake.photo, preprocessing)

    made = map_ahead(attempt, mistakes, workers, ahead=2 * workers)
    return {mistake.photo.name: uri for mistake, uri in zip(mistakes, made, strict=True)}


def _thumbnail(photo: Photo, preprocessing: Preprocessing) -> str | None:
    """What the network saw, small; None where the photo is gone since."""
    try:
        pixels = decode_views(photo, preprocessing, (0,))[0]
    except UnreadablePhotoError:
        return None
    image = Image.fromarray(pixels)
    image.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    content = io.BytesIO()
    image.save(content, "JPEG", quality=THUMBNAIL_QUALITY)
    return f"data:image/jpeg;base64,{base64.b64encode(content.getvalue()).decode()}"
