"""Settings of a tuning run: those of a training run, four of them as ranges."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kennel_training.settings.definitions import Definition
from kennel_training.settings.kinds import Kind, whole_number
from kennel_training.settings.reading import JOB_SOURCES, Program, read_values
from kennel_training.settings.training import DEFINITIONS, Settings


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


def _ranged(name: str, default: str, logarithmic: bool) -> Definition:
    definition = DEFINITIONS[name]
    parse_one = definition.kind.parse

    def parse(text: str) -> tuple[Any, Any]:
        low, separator, high = text.partition(":")
        lowest = parse_one(low)
        if not separator:
            return lowest, lowest
        highest = parse_one(high)
        if lowest > highest:
            raise ValueError("the lower end comes first")
        if logarithmic and lowest <= 0:
            raise ValueError("a log scale has no 0")
        return lowest, highest

    allowed = f"LOW:HIGH or one value, each {definition.kind.allowed}"
    scale = " on a log scale" if logarithmic else ""
    return Definition(
        name,
        default,
        Kind(parse, allowed, "LOW:HIGH"),
        f"{definition.help}, tried from LOW to HIGH{scale}",
    )


def _choices(name: str, default: str) -> Definition:
    definition = DEFINITIONS[name]

    def parse(text: str) -> tuple[Any, ...]:
        values = tuple(definition.kind.parse(word) for word in text.split(","))
        if len(set(values)) < len(values):
            raise ValueError("a value occurs twice")
        return values

    allowed = f"one or more different values with commas between, each {definition.kind.allowed}"
    return Definition(
        name,
        default,
        Kind(parse, allowed, "N,N,..."),
        f"{definition.help}, the sizes to try; fine-tuning takes the first",
    )


_TUNED = (
    _choices("batch_size", "32,64,128,256"),
    _ranged("learning_rate", "0.0001:0.1", logarithmic=True),
    _ranged("weight_decay", "0.0001:0.1", logarithmic=True),
    _ranged("patience", "3:10", logarithmic=False),
)
_OWN = (
    Definition("trials", "20", whole_number(1, 100000), "settings to try in all"),
    Definition("jobs", "1", whole_number(1, 256), "trials at the same time", "2"),
)
_REPLACED = {definition.name: definition for definition in _TUNED}

TUNING = Program(
    "tune.py",
    "Find the head's best settings by the validation loss and write the model that they give.",
    (*(DEFINITIONS | _REPLACED).values(), *_OWN),
    JOB_SOURCES,
)


def read_tuning_settings(
    arguments: Sequence[str], environment: Mapping[str, str]
) -> TuningSettings:
    """Read and check the settings of a tuning run; raises as ``read_values`` does."""
    values = read_values(arguments, environment, TUNING)
    trials, jobs = values.pop("trials"), values.pop("jobs")
    space = SearchSpace(**{name: values[name] for name in _REPLACED})
    first = {name: values[name][0] for name in _REPLACED}
    return TuningSettings(Settings(**{**values, **first}), space, trials, jobs)
