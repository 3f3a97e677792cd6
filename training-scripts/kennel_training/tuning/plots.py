"""Plots of a search as SVG by title."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FormatStrFormatter, LogLocator, NullFormatter, ScalarFormatter
from optuna.trial import FrozenTrial, TrialState

from kennel_training.reports.plots import BLUE, GREY, ORANGE, draw, whole_numbers

LOSS = "Validation loss (nats)"
LOGARITHMIC = ("learning_rate", "weight_decay")
TUNED = ("learning_rate", "batch_size", "weight_decay", "patience")
# From this ratio of the highest to the lowest loss on, only a log scale shows the low ones apart.
WIDE = 5


def plot_trials(trials: Sequence[FrozenTrial], best: FrozenTrial) -> dict[str, str]:
    """SVG by title.

    Args:
        trials: finished ones, at least ``best``.
        best: the one to point out.
    """
    return {
        "Validation loss by trial": _by_trial(trials, best),
        "Validation loss by epoch": _by_epoch(trials, best),
        **{
            f"Validation loss by {name.replace('_', ' ')}": _by_setting(trials, best, name)
            for name in TUNED
        },
    }


def _by_trial(trials: Sequence[FrozenTrial], best: FrozenTrial) -> str:
    complete = [t for t in trials if t.state is TrialState.COMPLETE]
    pruned = [t for t in trials if t.state is TrialState.PRUNED and t.intermediate_values]

    def fill(axes: Axes) -> None:
        _points(axes, [t.number + 1 for t in complete], [t.value for t in complete], "o", BLUE)
        last = [t.intermediate_values[max(t.intermediate_values)] for t in pruned]
        _points(axes, [t.number + 1 for t in pruned], last, "x", GREY)
        lowest = list(accumulate((t.value for t in complete if t.value is not None), min))
        axes.step([t.number + 1 for t in complete], lowest, where="post", color=ORANGE, lw=1)
        _points(axes, [best.number + 1], [best.value], "o", ORANGE)
        whole_numbers(axes)
        _fit_losses(axes, [*(t.value for t in complete), *last])

    return draw("Trial", LOSS, fill)


def _by_epoch(trials: Sequence[FrozenTrial], best: FrozenTrial) -> str:
    def fill(axes: Axes) -> None:
        every: list[Any] = []
        for trial in sorted(trials, key=lambda t: t.number == best.number):
            epochs = sorted(trial.intermediate_values)
            chosen = trial.number == best.number
            colour = ORANGE if chosen else BLUE if trial.state is TrialState.COMPLETE else GREY
            losses = [trial.intermediate_values[epoch] for epoch in epochs]
            axes.plot(epochs, losses, color=colour, lw=2 if chosen else 0.8, alpha=0.9)
            every += losses
        whole_numbers(axes)
        _fit_losses(axes, every)

    return draw("Epoch", LOSS, fill)


def _by_setting(trials: Sequence[FrozenTrial], best: FrozenTrial, name: str) -> str:
    complete = [t for t in trials if t.state is TrialState.COMPLETE]
    values = [t.params[name] for t in complete]

    def fill(axes: Axes) -> None:
        if name == "batch_size":
            # Powers of two as a rule: a scale of their own keeps them apart.
            axes.set_xscale("log", base=2)
            axes.xaxis.set_major_formatter(ScalarFormatter())
        elif name in LOGARITHMIC and min(values) > 0:
            axes.set_xscale("log")
        else:
            whole_numbers(axes)
        _points(axes, values, [t.value for t in complete], "o", BLUE)
        _points(axes, [best.params[name]], [best.value], "o", ORANGE)
        _fit_losses(axes, [t.value for t in complete])

    return draw(name.replace("_", " ").capitalize(), LOSS, fill)


def _points(
    axes: Axes, across: Sequence[float], up: Sequence[Any], marker: str, colour: str
) -> None:
    axes.scatter(across, up, marker=marker, color=colour, s=24, zorder=3)


def _fit_losses(axes: Axes, losses: Sequence[Any]) -> None:
    if min(losses) > 0 and max(losses) > WIDE * min(losses):
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axes.yaxis.set_major_formatter(FormatStrFormatter("%g"))
        axes.yaxis.set_minor_formatter(NullFormatter())
