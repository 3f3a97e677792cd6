"""Plots of a search as SVG that stands inside a page."""

import io
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, ScalarFormatter
from optuna.trial import FrozenTrial, TrialState

# Of Okabe and Ito's colours, which colour-blind readers tell apart, too.
BLUE, ORANGE, GREY = "#0072b2", "#d55e00", "#999999"
LOGARITHMIC = ("learning_rate", "weight_decay")
TUNED = ("learning_rate", "batch_size", "weight_decay", "patience")


def plot_trials(trials: Sequence[FrozenTrial], best: FrozenTrial) -> dict[str, str]:
    """SVG by title.

    Args:
        trials: finished ones, at least ``best``.
        best: the one to point out.
    """
    # Text stays text, and the same trials give the same file.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "kennel", "font.size": 9}):
        return {
            "Validation loss by trial": _by_trial(trials, best),
            "Validation loss by epoch": _by_epoch(trials, best),
            "Validation loss by setting": _by_setting(trials, best),
        }


def _by_trial(trials: Sequence[FrozenTrial], best: FrozenTrial) -> str:
    figure, (axes,) = _figure(1)
    complete = [t for t in trials if t.state is TrialState.COMPLETE]
    pruned = [t for t in trials if t.state is TrialState.PRUNED and t.intermediate_values]
    _points(axes, [t.number + 1 for t in complete], [t.value for t in complete], "o", BLUE)
    last = [t.intermediate_values[max(t.intermediate_values)] for t in pruned]
    _points(axes, [t.number + 1 for t in pruned], last, "x", GREY)
    lowest = [min(t.value for t in complete[: i + 1]) for i in range(len(complete))]
    axes.step([t.number + 1 for t in complete], lowest, where="post", color=ORANGE, linewidth=1)
    _points(axes, [best.number + 1], [best.value], "o", ORANGE)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("Trial (dot: to its end, cross: given up early, line: best so far)")
    return _svg(figure)


def _by_epoch(trials: Sequence[FrozenTrial], best: FrozenTrial) -> str:
    figure, (axes,) = _figure(1)
    for trial in sorted(trials, key=lambda t: t.number == best.number):
        epochs = sorted(trial.intermediate_values)
        chosen = trial.number == best.number
        colour = ORANGE if chosen else BLUE if trial.state is TrialState.COMPLETE else GREY
        losses = [trial.intermediate_values[epoch] for epoch in epochs]
        axes.plot(epochs, losses, color=colour, linewidth=2 if chosen else 0.8, alpha=0.9)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("Epoch (thick: the best trial, grey: given up early)")
    return _svg(figure)


def _by_setting(trials: Sequence[FrozenTrial], best: FrozenTrial) -> str:
    complete = [t for t in trials if t.state is TrialState.COMPLETE]
    figure, grid = _figure(len(TUNED))
    for axes, name in zip(grid, TUNED, strict=True):
        values = [t.params[name] for t in complete]
        if name == "batch_size":
            # Powers of two as a rule: a scale of their own keeps them apart.
            axes.set_xscale("log", base=2)
            axes.xaxis.set_major_formatter(ScalarFormatter())
        elif name in LOGARITHMIC and min(values) > 0:
            axes.set_xscale("log")
        _points(axes, values, [t.value for t in complete], "o", BLUE)
        _points(axes, [best.params[name]], [best.value], "o", ORANGE)
        axes.set_xlabel(name.replace("_", " ").capitalize())
    return _svg(figure)


def _figure(columns: int) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(10, 3.2), layout="constrained")
    row: Any = figure.subplots(1, columns, sharey=True, squeeze=False)[0]
    row[0].set_ylabel("Validation loss (nats)")
    for axes in row:
        axes.grid(alpha=0.25)
        axes.spines[["top", "right"]].set_visible(False)
    return figure, list(row)


def _points(
    axes: Axes, across: Sequence[float], up: Sequence[Any], marker: str, colour: str
) -> None:
    axes.scatter(across, up, marker=marker, color=colour, s=24, zorder=3)


def _svg(figure: Figure) -> str:
    content = io.StringIO()
    figure.savefig(content, format="svg", metadata={"Date": None, "Creator": None})
    # Without the XML declaration, which has no place inside a page.
    text = content.getvalue()
    return text[text.index("<svg") :]
