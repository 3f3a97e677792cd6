"""The search: trials of head settings on features that are extracted once."""

import hashlib
import json
import logging
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import optuna
from optuna.exceptions import StorageInternalError, TrialPruned
from optuna.trial import FrozenTrial, TrialState
from sqlalchemy.exc import SQLAlchemyError

from kennel_training.common import ending
from kennel_training.common.epoch import Epoch
from kennel_training.common.errors import TrainingError
from kennel_training.features.extraction import Features
from kennel_training.head.fit import fit_head
from kennel_training.networks.compute import one_thread
from kennel_training.pipeline import Pipeline, Prepared, head_settings
from kennel_training.settings.training import Settings
from kennel_training.tuning.report import report
from kennel_training.tuning.settings import SearchSpace, TuningSettings

STORAGE = "tuning.sqlite3"
FINISHED = (TrialState.COMPLETE, TrialState.PRUNED)

# The first trials are never pruned, nor are any trial's first epochs: there is too little to go by.
UNPRUNED_TRIALS = 5
UNPRUNED_EPOCHS = 2

# Seconds that one trial waits for another one's entry in the storage.
STORAGE_TIMEOUT = 60

log = logging.getLogger(__name__)


def tune(settings: TuningSettings, pipeline: Pipeline) -> None:
    """Search, report and write the model of the best trial."""
    path = settings.training.checkpoint_dir / STORAGE
    _set_damaged_aside(path)
    prepared = pipeline.prepare()
    try:
        study = _open_study(path, settings, prepared)
        started = time.monotonic()
        with pipeline.record.phase("Searching"):
            count = _search(study, settings, prepared)
        log.info("Tried %d settings in %.1f s", count, time.monotonic() - started)
        best = _best(study, settings.space)
        report(study.trials, best, settings)
    except (StorageInternalError, SQLAlchemyError) as error:
        reason = str(error.__cause__ or error).splitlines()[0]
        raise TrainingError(
            f"{path}, which keeps the trials, cannot be used ({reason}): free its disk, or remove "
            "the file and begin again"
        ) from None
    pipeline.finish(prepared, best.params)


def _set_damaged_aside(path: Path) -> None:
    """Begin again without a storage that is damaged.

    One copied while it was written may be, as SageMaker copies checkpoints of spot instances.
    """
    if not path.is_file():
        return
    try:
        with closing(sqlite3.connect(path)) as connection:
            sound = connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
    except sqlite3.OperationalError:
        # Not the file's content: opening the study tells what it is.
        return
    except sqlite3.DatabaseError:
        sound = False
    if not sound:
        aside = path.with_suffix(".damaged")
        path.replace(aside)
        Path(f"{path}-journal").unlink(missing_ok=True)
        log.warning("Warning: %s is damaged, kept as %s; starting again", path, aside.name)


def _open_study(path: Path, settings: TuningSettings, prepared: Prepared) -> optuna.Study:
    """The study of these features and ranges; one that was interrupted goes on."""
    # Optuna tells of each trial by itself otherwise, in a form of its own.
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    storage = optuna.storages.RDBStorage(
        f"sqlite:///{path}", engine_kwargs={"connect_args": {"timeout": STORAGE_TIMEOUT}}
    )
    study = optuna.create_study(
        storage=storage,
        study_name=_study_name(settings, prepared.train, prepared.valid),
        load_if_exists=True,
        pruner=optuna.pruners.MedianPruner(UNPRUNED_TRIALS, UNPRUNED_EPOCHS + 1),
    )
    for trial in study.get_trials(states=(TrialState.RUNNING,)):
        # Left by a run that was killed.
        study.tell(trial.number, state=TrialState.FAIL)
    # Not the same seed again: the trials after an interruption would repeat the first ones.
    seed = (settings.training.seed + len(study.trials)) % 2**32
    study.sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=UNPRUNED_TRIALS)
    return study


def _study_name(settings: TuningSettings, train: Features, valid: Features) -> str:
    training = settings.training
    content = [train.fingerprint(), valid.fingerprint(), asdict(settings.space)]
    key = json.dumps([*content, training.epochs, training.seed], sort_keys=True)
    return hashlib.sha256(key.encode()).hexdigest()


def _search(study: optuna.Study, settings: TuningSettings, prepared: Prepared) -> int:
    """Run the trials that are left; how many these were."""
    done = len(study.get_trials(deepcopy=False, states=FINISHED))
    left = max(0, settings.trials - done)
    if done:
        ending.keep(ending.TRIALS)
        log.info("Going on from %d finished trials; %d are left", done, left)

    def tell(_study: optuna.Study, trial: FrozenTrial) -> None:
        ending.keep(ending.TRIALS)
        log.info(_line(trial))

    # Around all of it, because threads would otherwise undo each other's setting.
    with one_thread():
        objective = _objective(settings.training, settings.space, prepared)
        if left:
            study.optimize(objective, n_trials=left, n_jobs=settings.jobs, callbacks=[tell])
    return left


def _objective(
    training: Settings, space: SearchSpace, prepared: Prepared
) -> Callable[[optuna.Trial], float]:
    def objective(trial: optuna.Trial) -> float:
        chosen = head_settings(replace(training, **_suggest(trial, space)))

        def on_epoch(epoch: Epoch) -> None:
            trial.report(epoch.validation_loss, epoch.number)
            # After the last epoch nothing is left to save.
            if epoch.number < training.epochs and trial.should_prune():
                raise TrialPruned

        try:
            head = fit_head(
                prepared.train, prepared.valid, prepared.classes, chosen, on_epoch=on_epoch
            )
        except TrainingError as error:
            # A learning rate that makes the loss infinite is also an answer.
            log.warning("Trial %d: %s", trial.number + 1, error)
            raise TrialPruned from error
        best = head.history[head.best_epoch - 1]
        trial.set_user_attr("best_epoch", best.number)
        trial.set_user_attr("validation_accuracy", best.validation_accuracy)
        return best.validation_loss

    return objective


def _suggest(trial: optuna.Trial, space: SearchSpace) -> dict[str, Any]:
    return {
        "learning_rate": _suggest_number(trial, "learning_rate", space.learning_rate),
        "batch_size": trial.suggest_categorical("batch_size", space.batch_size),
        "weight_decay": _suggest_number(trial, "weight_decay", space.weight_decay),
        "patience": trial.suggest_int("patience", *space.patience),
    }


def _suggest_number(trial: optuna.Trial, name: str, bounds: tuple[float, float]) -> float:
    low, high = bounds
    # A log scale has no 0, not even where 0 is the only value.
    return trial.suggest_float(name, low, high, log=low > 0)


def _best(study: optuna.Study, space: SearchSpace) -> FrozenTrial:
    if not study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,)):
        low, high = space.learning_rate
        raise TrainingError(
            "no trial came to an end with a finite loss: lower the learning rates, "
            f"now --learning_rate {low:g}:{high:g}"
        )
    return study.best_trial


def _line(trial: FrozenTrial) -> str:
    settings = ", ".join(f"{name} {value:.4g}" for name, value in trial.params.items())
    if trial.state is TrialState.COMPLETE:
        end = f"validation loss {trial.value:.4f}"
    else:
        end = f"given up after {len(trial.intermediate_values)} epochs"
    return f"Trial {trial.number + 1}: {end} with {settings}"
