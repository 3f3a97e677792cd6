"""One epoch's figures."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Epoch:
    """Figures of one epoch; losses are mean cross-entropies in nats."""

    number: int
    training_loss: float
    validation_loss: float
    validation_accuracy: float

    def line(self) -> str:
        """The log line that tuning jobs and metric filters read; spaces delimit the numbers."""
        return (
            f"Epoch {self.number}: Training Loss: {self.training_loss:.4f} - "
            f"Validation Loss: {self.validation_loss:.4f} - "
            f"Validation Accuracy: {self.validation_accuracy:.4f}"
        )
