"""What this run has kept for the same command: the last words of one that is stopped.

One record for the process, as a process is one run.
"""

CHECKPOINT = "goes on from the checkpoint"
TRIALS = "goes on from the finished trials"
FEATURES = "goes on with the features extracted so far"
PREPARED = "goes on where it stopped"
# Only rank 0 keeps anything.
RANK_0 = "goes on from what rank 0 has kept, see its last line"
# What says most comes first.
ORDER = (CHECKPOINT, TRIALS, FEATURES, PREPARED, RANK_0)
NOTHING = "starts from the beginning"

_kept: set[str] = set()


def forget_all() -> None:
    """Begin a run."""
    _kept.clear()


def keep(what: str) -> None:
    """Note that the same command would find this."""
    _kept.add(what)


def forget(what: str) -> None:
    """Note that it would no longer."""
    _kept.discard(what)


def resumption() -> str:
    """What the same command does after a stop now."""
    return next((what for what in ORDER if what in _kept), NOTHING)
