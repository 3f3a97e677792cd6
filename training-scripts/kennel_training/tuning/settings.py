"""Settings of a tuning run: those of a training run, four of them as ranges."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kennel_training.settings.definitions import (
    DEFINITIONS,
    Definition,
    definition_of,
    whole_number,
)
from kennel_training.settings.reading import JOB_SOURCES, Program, Settings, read_values


@dataclass(frozen=True)
class SearchSpace:
    """What is tried; a range of one value, or a single choice, is fixed.

    Attributes:
        learning_rate: lowest and highest, on a log scale.
        weight_decay: lowest and highest, on a log scale.
        patience: fewest and most epochs.
        batch_size: the choices.
    """

    learning_rate: tuple[float, float]
    weight_decay: tuple[float, float]
    patience: tuple[int, int]
    batch_size: tuple[int, ...]


@dataclass(frozen=True)
class TuningSettings:
    """A tuning run; ``training`` holds the first value of everything that is tried."""

    training: Settings
    space: SearchSpace
    trials: int
    jobs: int


def _range(definition: Definition, logarithmic: bool) -> Callable[[str], tuple[Any, Any]]:
    def parse(text: str) -> tuple[Any, Any]:
        low, separator, high = text.partition(":")
        lowest = definition.parse(low)
        if not separator:
            return lowest, lowest
        highest = definition.parse(high)
        if lowest > highest:
            raise ValueError("the lower end comes first")
        if logarithmic and lowest <= 0:
            raise ValueError("a log scale has no 0")
        return lowest, highest

    return parse


def _choices(definition: Definition) -> Callable[[str], tuple[Any, ...]]:
    def parse(text: str) -> tuple[Any, ...]:
        values = tuple(definition.parse(word) for word in text.split(","))
        if len(set(values)) < len(values):
            raise ValueError("a value occurs twice")
        return values

    return parse


def _ranged(name: str, default: str, logarithmic: bool) -> Definition:
    definition = definition_of(name)
    return replace(
        definition,
        default=default,
        parse=_range(definition, logarithmic),
        allowed=f"LOW:HIGH or one value, each {definition.allowed}",
        example=default,
        help=f"{definition.help}, tried from LOW to HIGH"
        + (" on a log scale" if logarithmic else ""),
        metavar="LOW:HIGH",
    )


_BATCH_SIZE = definition_of("batch_size")
_TUNED = (
    replace(
        _BATCH_SIZE,
        default="32,64,128,256",
        parse=_choices(_BATCH_SIZE),
        allowed=f"one or more different values with commas between, each {_BATCH_SIZE.allowed}",
        example="32,64,128",
        help=f"{_BATCH_SIZE.help}, the sizes to try; fine-tuning takes the first",
        metavar="N,N,...",
    ),
    _ranged("learning_rate", "0.0001:0.1", logarithmic=True),
    _ranged("weight_decay", "0.0001:0.1", logarithmic=True),
    _ranged("patience", "3:10", logarithmic=False),
)
_OWN = (
    Definition("trials", "20", *whole_number(1, 100000), "20", "settings to try in all", "N"),
    Definition("jobs", "1", *whole_number(1, 256), "2", "trials at the same time", "N"),
)
_REPLACED = {definition.name: definition for definition in _TUNED}

TUNING = Program(
    "tune.py",
    "Find the head's best settings by the validation loss and write the model that they give.",
    (*(_REPLACED.get(definition.name, definition) for definition in DEFINITIONS), *_OWN),
    JOB_SOURCES,
)


def read_tuning_settings(
    arguments: Sequence[str], environment: Mapping[str, str]
) -> TuningSettings:
    """Read and check the settings of a tuning run.

    Raises:
        SettingsError: naming every wrong setting.
        SystemExit: with status 0 after ``--help``.
    """
    values = read_values(arguments, environment, TUNING)
    trials, jobs = values.pop("trials"), values.pop("jobs")
    space = SearchSpace(**{name: values[name] for name in _REPLACED})
    first = {name: values[name][0] for name in _REPLACED}
    return TuningSettings(Settings(**{**values, **first}), space, trials, jobs)
