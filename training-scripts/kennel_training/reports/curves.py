"""Plots of a training run as SVG by title."""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes

from kennel_training.common.epoch import Epoch
from kennel_training.reports.plots import BLUE, GREY, INK, ORANGE, draw, whole_numbers


def plot_curves(history: Sequence[Epoch], what: str) -> dict[str, str]:
    """Loss and accuracy by epoch; the epoch that was kept is marked."""
    best_epoch = min(history, key=lambda epoch: epoch.validation_loss).number
    epochs = [epoch.number for epoch in history]
    style = "o-" if len(epochs) == 1 else "-"

    def loss(axes: Axes) -> None:
        axes.plot(epochs, [e.training_loss for e in history], style, c=BLUE, label="train")
        axes.plot(epochs, [e.validation_loss for e in history], style, c=ORANGE, label="valid")
        axes.set_ylim(bottom=0)
        axes.axvline(best_epoch, color=GREY, ls=":", label=f"kept: epoch {best_epoch}")
        axes.legend()
        whole_numbers(axes)

    def accuracy(axes: Axes) -> None:
        values = [e.validation_accuracy for e in history]
        axes.plot(epochs, values, style, c=ORANGE)
        axes.axvline(best_epoch, color=GREY, ls=":")
        axes.set_ylim(top=min(1.005, axes.get_ylim()[1]))
        whole_numbers(axes)

    return {
        f"Loss of {what}": draw("Epoch", "Loss (nats)", loss),
        f"Accuracy of {what}": draw("Epoch", "Validation accuracy", accuracy),
    }


def plot_reliability(calibration: dict[str, Any]) -> str:
    """Accuracy by probability; a bar's darkness tells how many photos it stands for."""
    bins = calibration["bins"]
    most = max(part["photos"] for part in bins)

    def fill(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=INK, ls="--", lw=1)
        for part in bins:
            axes.bar(
                part["above"],
                part["accuracy"],
                width=part["up_to"] - part["above"],
                align="edge",
                color=BLUE,
                alpha=0.25 + 0.65 * (part["photos"] / most) ** 0.5,
            )
        axes.plot(
            [part["confidence"] for part in bins],
            [part["accuracy"] for part in bins],
            "o",
            color=ORANGE,
            ms=4,
        )
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1.03)

    return draw("Probability of the answer", "Share of right answers", fill)
