"""What a run takes: its phases, its machine and the price of both."""

import json
import os
import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from kennel_training.common.progress import Phases

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


@dataclass(frozen=True)
class Machine:
    """What a job runs on.

    Attributes:
        instance_type: as SageMaker names it; None elsewhere.
        instances: how many of them.
    """

    instance_type: str | None = None
    instances: int = 1


def find_machine(base_directory: Path) -> Machine:
    """Read input/config/resourceconfig.json, which SageMaker writes for each job."""
    path = base_directory / "input/config/resourceconfig.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        kind = content.get("current_instance_type")
        instances = max(1, len(content.get("hosts", [])))
    except (OSError, ValueError, AttributeError, TypeError):
        # What is wrong with the file is told where the job's processes are looked up.
        return Machine()
    return Machine(kind if isinstance(kind, str) else None, instances)


class RunRecord:
    """Times and cost of one run, from its start.

    Args:
        machine: what it runs on.
        hourly_price: dollars an hour for one instance; None takes the list price, where known.
    """

    def __init__(self, machine: Machine | None = None, hourly_price: float | None = None) -> None:
        self.phases = Phases()
        self._machine = machine or Machine()
        self._price = hourly_price

    def to_json(self, device: str) -> dict[str, Any]:
        """Content of run.json: what differs from one run of the same settings to the next."""
        seconds = self.phases.total
        kind, instances = self._machine.instance_type, self._machine.instances
        price, source = self._price, "--hourly_price"
        if price is None:
            price, source = HOURLY_PRICES.get(kind or ""), "list price"
        cost = None if price is None else price * instances * seconds / 3600
        return {
            "seconds": round(seconds, 3),
            "phases": {title: round(spent, 3) for title, spent in self.phases.seconds.items()},
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
