"""Whether this process is one of several; training runs in one process."""

import json
from collections.abc import Mapping
from pathlib import Path

from kennel_training.errors import TrainingError


def require_one_process(base_directory: Path, environment: Mapping[str, str]) -> None:
    """Refuse a distributed job instead of training the same model on each of its machines.

    Raises:
        TrainingError: when torchrun or SageMaker started more than one process.
    """
    world_size = environment.get("WORLD_SIZE", "1")
    if world_size != "1":
        raise TrainingError(
            f"WORLD_SIZE is {world_size}, but training runs in one process: start it with python, "
            "not with torchrun, or unset WORLD_SIZE"
        )
    path = base_directory / "input/config/resourceconfig.json"
    try:
        hosts = json.loads(path.read_text(encoding="utf-8")).get("hosts", [])
    except FileNotFoundError:
        return
    except (OSError, ValueError, AttributeError) as error:
        raise TrainingError(f"{path} cannot be read: {error}") from None
    if len(hosts) > 1:
        raise TrainingError(
            f"the job has {len(hosts)} instances ({', '.join(map(str, hosts))}), but training "
            "runs in one process: set the job's instance count to 1"
        )
