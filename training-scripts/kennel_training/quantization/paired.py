"""Two models on the same photos: what a difference in accuracy means with so few of them.

Only photos count that one model names rightly and the other one wrongly.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CONFIDENCE = 0.95
# Of the normal distribution, for one-sided bounds.
Z = 1.644854


@dataclass(frozen=True)
class Paired:
    """A new model compared with an old one.

    Attributes:
        photos: how many both have seen.
        lost: of these, how many only the old one names rightly.
        gained: how many only the new one does.
    """

    photos: int
    lost: int
    gained: int

    @classmethod
    def of(cls, before: NDArray[np.bool_], after: NDArray[np.bool_]) -> "Paired":
        """From whether each photo is named rightly by the old model, and by the new one."""
        return cls(len(before), int((before & ~after).sum()), int((after & ~before).sum()))

    def to_json(self) -> dict[str, float]:
        """The part ``accuracy_drop_test`` of metrics.json."""
        return {
            "photos": self.photos,
            "right_in_float_alone": self.lost,
            "right_in_int8_alone": self.gained,
            "p_value": round(self.p_value, 6),
            "confidence": CONFIDENCE,
            "largest_drop_points": round(self.largest_drop, 4),
        }

    @property
    def drop(self) -> float:
        """Percentage points of accuracy lost; negative where the new model is better."""
        return 100 * (self.lost - self.gained) / self.photos

    @property
    def p_value(self) -> float:
        """McNemar's exact test: how probable this loss or a larger one is by chance alone."""
        count = self.lost + self.gained
        return sum(math.comb(count, k) for k in range(self.lost, count + 1)) / 2**count

    @property
    def is_established(self) -> bool:
        """Whether the new model is worse with the stated confidence."""
        return self.drop > 0 and self.p_value <= 1 - CONFIDENCE

    @property
    def largest_drop(self) -> float:
        """Percentage points that the drop on other such photos stays below, with CONFIDENCE.

        Tango's score bound for paired proportions (Statistics in Medicine 17, 1998), which also
        holds for few photos and for none that differ.
        """
        low, high = self.drop / 100, 1.0
        for _ in range(50):
            middle = (low + high) / 2
            low, high = (low, middle) if self._score(middle) < -Z else (middle, high)
        return 100 * high

    def _score(self, difference: float) -> float:
        """How many standard deviations the counts are from those of this true difference."""
        n, lost, gained = self.photos, self.lost, self.gained
        b = (2 * n - lost + gained) * difference - lost - gained
        c = -gained * difference * (1 - difference)
        share = (math.sqrt(max(0.0, b * b - 8 * n * c)) - b) / (4 * n)
        variance = n * (2 * share + difference * (1 - difference))
        distance = lost - gained - n * difference
        return distance / math.sqrt(variance) if variance > 0 else -math.inf
