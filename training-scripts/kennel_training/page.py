"""Pages that stand alone: one file of HTML that loads nothing and runs no script."""

from pathlib import Path
from typing import Any

import jinja2

TEMPLATES = Path(__file__).parent / "templates"


def render_page(template: str, **content: Any) -> bytes:
    """Fill a template; whatever is not marked as safe there is escaped.

    Names of files and classes are anybody's: what cannot be encoded is shown as a question mark.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = percent
    environment.filters["duration"] = duration
    return environment.get_template(template).render(**content).encode(errors="replace")


def percent(share: float | None) -> str:
    """One decimal; a dash where there is nothing to tell."""
    return "-" if share is None else f"{100 * share:.1f} %"


def duration(seconds: float) -> str:
    """Such as 0.4 s, 12 s, 3 min 5 s or 2 h 4 min."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60} min"
