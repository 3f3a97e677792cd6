"""What an interrupted run leaves so that the next one goes on where it stopped."""

import io
import logging
from pathlib import Path
from typing import Any

import torch

from kennel_training.common import ending
from kennel_training.common.files import write_whole

log = logging.getLogger(__name__)


class Checkpoint:
    """One stage's state after its last whole epoch, or inside of a long one.

    A checkpoint made from other data, weights or settings has another key and is ignored.
    """

    def __init__(self, directory: Path, stage: str, key: str) -> None:
        self._path = directory / f"{stage}.pt"
        self._stage = stage
        self._key = key

    def load(self) -> dict[str, Any] | None:
        """The saved state, or None where this run starts from the beginning."""
        if not self._path.is_file():
            return None
        try:
            saved = torch.load(self._path, map_location="cpu", weights_only=True)
        except Exception:  # noqa: BLE001 - the unpickler raises all kinds at a damaged file
            log.warning("Warning: the checkpoint %s is damaged; starting again", self._path)
            return None
        if not isinstance(saved, dict) or saved.get("key") != self._key:
            log.info("The checkpoint %s is of another run and is not used", self._path)
            return None
        state: dict[str, Any] = saved["state"]
        inside = f" and {state['photos']} photos of the next" if state.get("photos") else ""
        log.info(
            "Going on from the checkpoint %s, after epoch %d%s", self._path, state["epoch"], inside
        )
        ending.keep(ending.CHECKPOINT)
        return state

    def save(self, state: dict[str, Any]) -> None:
        """Replace the checkpoint.

        ``state`` holds at least ``epoch``, the last whole one; inside of the next one also
        ``photos``, how many of it have been seen.
        """
        # Through memory, because torch reports a full disk as an internal error.
        content = io.BytesIO()
        torch.save({"key": self._key, "state": state}, content)
        write_whole(self._path, content.getvalue())
        ending.keep(ending.CHECKPOINT)

    def clear(self) -> None:
        """Forget the run once it is finished."""
        self._path.unlink(missing_ok=True)
        ending.forget(ending.CHECKPOINT)
