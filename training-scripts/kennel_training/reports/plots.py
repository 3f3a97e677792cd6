"""The look of plots: SVG that stands inside a page and takes its colours from there."""

import io
import re
import zlib
from collections.abc import Callable
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

# Of Okabe and Ito's colours, which colour-blind readers also tell apart. Each becomes a variable
# of the page's style, which has another shade of it for dark screens.
BLUE, ORANGE, GREY, INK = "#0072b2", "#d55e00", "#999999", "#1c2430"
_VARIABLES = {BLUE: "--blue", ORANGE: "--orange", GREY: "--grey", INK: "--ink"}

# Inches. One plot is as wide as a telephone; a page puts two side by side where there is room.
SIZE = (4.6, 3.0)
# Parts of the figure: what matplotlib's own layout finds out in twice the time of drawing.
MARGINS = {"left": 0.165, "right": 0.97, "bottom": 0.17, "top": 0.95}

_STYLE: dict[Any, Any] = {
    # Text stays text, and the same numbers give the same file.
    "svg.fonttype": "none",
    "svg.hashsalt": "kennel",
    "font.size": 10,
    "legend.frameon": False,
    **dict.fromkeys(
        ("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"), INK
    ),
    "grid.color": GREY,
    "grid.alpha": 0.3,
}


def draw(across: str, up: str, fill: Callable[[Axes], None]) -> str:
    """SVG of one plot with these labels, filled by ``fill``.

    Nobody's words go into it: matplotlib would read a ``$`` in them as mathematics.
    """
    with rc_context(_STYLE):
        figure = Figure(figsize=SIZE)
        figure.subplots_adjust(**MARGINS)
        axes = figure.subplots()
        axes.set_xlabel(across)
        axes.set_ylabel(up)
        axes.grid()
        axes.spines[["top", "right"]].set_visible(False)
        fill(axes)
        return _svg(figure)


def whole_numbers(axes: Axes) -> None:
    """Only whole numbers across, such as epochs."""
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def _svg(figure: Figure) -> str:
    content = io.StringIO()
    figure.savefig(
        content, format="svg", transparent=True, metadata={"Date": None, "Creator": None}
    )
    # Without the XML declaration, which has no place inside a page, and with identifiers that are
    # the plot's own among several in one page.
    text = content.getvalue()
    text = text[text.index("<svg") :]
    prefix = f"p{zlib.crc32(text.encode()):08x}-"
    text = re.sub(r'(\bid="|url\(#|href="#)', rf"\1{prefix}", text)
    for colour, variable in _VARIABLES.items():
        text = text.replace(colour, f"var({variable})")
    return text
