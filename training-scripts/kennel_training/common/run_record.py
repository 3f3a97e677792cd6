"""What a run takes: its phases, its machine and the price of both."""

import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

# Dollars an hour for a SageMaker training instance: measured bills of this very task, on demand in
# us-east-1. Prices differ by region and change; --hourly_price beats them.
HOURLY_PRICES = {
    "ml.m5.large": 0.115,
    "ml.m5.xlarge": 0.23,
    "ml.m5.2xlarge": 0.461,
    "ml.m5.4xlarge": 0.922,
    "ml.c4.4xlarge": 0.955,
    "ml.p2.xlarge": 1.125,
    "ml.p3.2xlarge": 3.825,
    "ml.g4dn.12xlarge": 4.89,
}

# Those that decide the numbers.
PACKAGES = ("torch", "torchvision", "onnxruntime", "numpy", "pillow")


class RunRecord:
    """Times and cost of one run, from its start.

    Args:
        instance_type: as SageMaker names it; None elsewhere.
        instances: how many of them.
        hourly_price: dollars an hour for one instance; None takes the list price, where known.
    """

    def __init__(
        self,
        instance_type: str | None = None,
        instances: int = 1,
        hourly_price: float | None = None,
    ) -> None:
        self._instance_type = instance_type
        self._instances = instances
        self._price = hourly_price
        self._started = time.monotonic()
        self._phases: dict[str, float] = {}

    @contextmanager
    def phase(self, title: str) -> Iterator[None]:
        """Add the time spent inside to the phase ``title``, however it ends."""
        started = time.monotonic()
        try:
            yield
        finally:
            spent = time.monotonic() - started
            self._phases[title] = self._phases.get(title, 0.0) + spent

    def to_json(self, device: str) -> dict[str, Any]:
        """Content of run.json: what differs from one run of the same settings to the next."""
        # More than the sum of the phases.
        seconds = time.monotonic() - self._started
        kind, instances = self._instance_type, self._instances
        price, source = self._price, "--hourly_price"
        if price is None:
            price, source = HOURLY_PRICES.get(kind or ""), "list price"
        cost = None if price is None else price * instances * seconds / 3600
        return {
            "seconds": round(seconds, 3),
            "phases": {title: round(spent, 3) for title, spent in self._phases.items()},
            "machine": {
                "instance_type": kind,
                "instances": instances,
                "device": device,
                "cores": os.cpu_count(),
                "platform": platform.platform(terse=True),
            },
            "price": {
                "hourly": price,
                "source": None if price is None else source,
                "cost": None if cost is None else round(cost, 6),
                "currency": "USD",
            },
            "versions": {"python": platform.python_version(), **{p: version(p) for p in PACKAGES}},
        }
