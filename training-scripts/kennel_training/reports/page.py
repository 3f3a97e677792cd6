"""Pages that stand alone: one file of HTML that loads nothing and runs no script."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

TEMPLATES = Path(__file__).parent / "templates"

log = logging.getLogger(__name__)


@contextmanager
def page_may_fail(path: Path) -> Iterator[None]:
    """Turn whatever goes wrong with a page into a warning: results without it are still results."""
    # matplotlib tells of fonts that it looks for, which is nobody's concern here.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not fail the job
        # An earlier run's page must not be taken for this one's.
        with suppress(OSError):
            path.unlink(missing_ok=True)
        reason = str(error) or type(error).__name__
        log.warning("Warning: %s could not be written: %s", path, reason)
    else:
        log.info("Wrote the report %s", path)


def render_page(template: str, **content: Any) -> bytes:
    """Fill a template; whatever is not marked as safe there is escaped.

    Names of files and classes are anybody's: what cannot be encoded is shown as a question mark.
    """
    return _environment().get_template(template).render(**content).encode(errors="replace")


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = percent
    environment.filters["duration"] = duration
    return environment


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
