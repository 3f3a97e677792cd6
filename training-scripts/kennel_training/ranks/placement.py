"""Which of a job's processes this one is: told by torchrun, by SageMaker or alone."""

import json
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kennel_training.common.errors import TrainingError

DEFAULT_PORT = 29500
LOCAL_ADDRESS = "127.0.0.1"

# Instances start at different times, and a name has an address only once its instance has started.
SECONDS_TO_MEET = 300.0


@dataclass(frozen=True)
class Placement:
    """A process among those of its job.

    Attributes:
        master: name or address of the machine that rank 0 is on.
        interface: network interface that the processes talk over, empty for any.
        instance_type: as SageMaker names it; None elsewhere.
        instances: of the job.
    """

    rank: int = 0
    size: int = 1
    local_rank: int = 0
    master: str = LOCAL_ADDRESS
    port: int = DEFAULT_PORT
    interface: str = ""
    instance_type: str | None = None
    instances: int = 1


def find_placement(base_directory: Path, environment: Mapping[str, str]) -> Placement:
    """Read input/config/resourceconfig.json, where there is one, and torchrun's variables over it.

    ``MASTER_ADDR`` and ``MASTER_PORT`` beat the file.

    Raises:
        TrainingError: when they are incomplete or contradict each other.
    """
    path = base_directory / "input/config/resourceconfig.json"
    job = Placement()
    if path.is_file():
        try:
            job = _from_resources(json.loads(path.read_text(encoding="utf-8")), environment)
        except (OSError, ValueError, AttributeError, TypeError) as error:
            raise TrainingError(
                f"{path} cannot be used ({error}); allowed is a JSON object such as "
                '{"current_host": "algo-1", "hosts": ["algo-1", "algo-2"]}'
            ) from None
    return _from_torchrun(job, environment) if environment.get("WORLD_SIZE") else job


def require_one_process(placement: Placement) -> None:
    """Refuse what cannot be shared out.

    Raises:
        TrainingError: when there are several processes.
    """
    if placement.size > 1:
        raise TrainingError(
            f"the job has {placement.size} processes, but tuning runs in one: set the job's "
            "instance count to 1, or start it with python and not with torchrun"
        )


def reach_master(placement: Placement) -> str:
    """The address at which rank 0 listens; waits until its name has one.

    Where it never gets one but rank 0 listens on this machine (a job tried as local processes),
    it is the local address.

    Raises:
        TrainingError: when rank 0 cannot be found for five minutes.
    """
    if placement.rank == 0:
        return LOCAL_ADDRESS
    until = time.monotonic() + SECONDS_TO_MEET
    while time.monotonic() < until:
        try:
            socket.getaddrinfo(placement.master, placement.port)
        except OSError:
            if _listens(LOCAL_ADDRESS, placement.port):
                return LOCAL_ADDRESS
            time.sleep(0.5)
        else:
            return placement.master
    raise TrainingError(
        f"{placement.master}, the job's first instance, has no address after "
        f"{SECONDS_TO_MEET:.0f} s: see its log, or name another one in MASTER_ADDR"
    )


def _from_torchrun(job: Placement, environment: Mapping[str, str]) -> Placement:
    numbers = {}
    for name, default in (
        ("WORLD_SIZE", None),
        ("RANK", "0" if environment["WORLD_SIZE"] == "1" else None),
        ("LOCAL_RANK", "0"),
        ("MASTER_PORT", str(DEFAULT_PORT)),
    ):
        text = environment.get(name) or default
        if text is None or not text.isdecimal():
            raise TrainingError(
                f"{name} is {text!r}, allowed is a whole number: start with torchrun, "
                "which sets it, or unset WORLD_SIZE for a single process"
            )
        numbers[name] = int(text)
    rank, size = numbers["RANK"], numbers["WORLD_SIZE"]
    if not rank < size:
        raise TrainingError(f"RANK is {rank}, allowed is 0 to WORLD_SIZE - 1, here {size - 1}")
    master = environment.get("MASTER_ADDR") or LOCAL_ADDRESS
    return replace(
        job,
        rank=rank,
        size=size,
        local_rank=numbers["LOCAL_RANK"],
        master=master,
        port=numbers["MASTER_PORT"],
        interface="",
    )


def _from_resources(content: dict[str, Any], environment: Mapping[str, str]) -> Placement:
    hosts, host = content.get("hosts", []), content.get("current_host")
    kind = content.get("current_instance_type")
    job = Placement(instance_type=kind if isinstance(kind, str) else None)
    if len(hosts) < 2:
        return job
    if len(set(hosts)) < len(hosts):
        raise ValueError("a host occurs twice")
    if host not in hosts:
        raise ValueError(f"current_host {host!r} is not one of the hosts {', '.join(hosts)}")
    wanted = content.get("network_interface_name") or ""
    there = {name for _, name in socket.if_nameindex()}
    return replace(
        job,
        rank=hosts.index(host),
        size=len(hosts),
        instances=len(hosts),
        master=environment.get("MASTER_ADDR") or hosts[0],
        port=int(environment.get("MASTER_PORT") or DEFAULT_PORT),
        interface=wanted if wanted in there else "",
    )


def _listens(address: str, port: int) -> bool:
    try:
        socket.create_connection((address, port), timeout=1).close()
    except OSError:
        return False
    return True
