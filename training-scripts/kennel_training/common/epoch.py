"""One epoch's figures."""

import math
from dataclasses import dataclass

from kennel_training.common.errors import TrainingError


@dataclass(frozen=True)
class Epoch:
    """Figures of one epoch; losses are mean cross-entropies in nats."""

    number: int
    training_loss: float
    validation_loss: float
    validation_accuracy: float

    def require_finite(self, what: str, option: str, learning_rate: float) -> None:
        """Raise a TrainingError that names the option to lower, where a loss is infinite or NaN."""
        if not math.isfinite(self.training_loss + self.validation_loss):
            raise TrainingError(
                f"the loss of {what} {self.number} is not a finite number: "
                f"lower {option} (now {learning_rate:g})"
            )

    def line(self) -> str:
        """The log line that tuning jobs and metric filters read; spaces delimit the numbers."""
        return (
            f"Epoch {self.number}: Training Loss: {self.training_loss:.4f} - "
            f"Validation Loss: {self.validation_loss:.4f} - "
            f"Validation Accuracy: {self.validation_accuracy:.4f}"
        )
