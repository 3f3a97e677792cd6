"""Settings: command line beats hyperparameters.json beats ``SM_*`` beats defaults.

Every source is read, then every problem is reported at once.
"""

import argparse
import difflib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from kennel_training.common.errors import SettingsError
from kennel_training.s3.client import S3Location
from kennel_training.s3.folders import S3Folder
from kennel_training.settings.definitions import DEFINITIONS, Definition

SAGEMAKER_BASE_DIRECTORY = "/opt/ml"
LOCAL_BASE_DIRECTORY = "training-output"

# SageMaker and its SDK put their own keys beside the user's hyperparameters.
RESERVED_PREFIXES = ("sagemaker_", "_tuning_")


@dataclass(frozen=True)
class Settings:
    """Everything a run depends on, checked. Paths are absolute, and of this machine.

    Attributes:
        s3_folders: those whose place is in S3; their paths are those of the copies here.
    """

    base_directory: Path
    data: Path
    model_dir: Path
    output_dir: Path
    checkpoint_dir: Path
    cache_dir: Path
    cache_uri: S3Location | None
    weights: str
    backbone: str
    image_size: int
    views: int
    epochs: int
    batch_size: int
    learning_rate: float
    weight_decay: float
    patience: int
    seed: int
    unfreeze: int | None
    unfreeze_epochs: int
    unfreeze_learning_rate: float
    precision: str
    max_bad: int
    workers: int
    hourly_price: float | None
    backend: str
    s3_folders: tuple[S3Folder, ...] = ()


@dataclass(frozen=True)
class Program:
    """A command and its settings."""

    name: str
    description: str
    definitions: tuple[Definition, ...]
    sources: str = ""


# What other programs call these settings, as far as their names do not tell.
OTHER_NAMES = {
    **dict.fromkeys(("arch", "architecture", "model", "model_name", "net", "network"), "backbone"),
    **dict.fromkeys(("pretrained", "checkpoint"), "weights"),
    **dict.fromkeys(("img_size", "imgsz", "input_size", "resolution", "size"), "image_size"),
    **dict.fromkeys(("dataset", "data_dir", "data_path", "train_dir", "input_dir"), "data"),
    **dict.fromkeys(("output", "out_dir", "output_data_dir"), "output_dir"),
    **dict.fromkeys(("model_path", "save_dir"), "model_dir"),
    **dict.fromkeys(("augment", "augmentation", "augmentations"), "views"),
    **dict.fromkeys(("amp", "fp16", "half", "dtype"), "precision"),
    "early_stopping": "patience",
    "random_state": "seed",
    "jobs": "workers",
}

# What --help says of a program that a job runs.
JOB_SOURCES = (
    "The command line beats hyperparameters.json beats SM_* variables beats defaults.\n"
    f"BASE is SAGEMAKER_BASE_DIR, else {SAGEMAKER_BASE_DIRECTORY} where that exists, "
    f"else {LOCAL_BASE_DIRECTORY} in the working directory."
)

TRAINING = Program(
    "train.py", "Train an image classifier and write a model directory.", DEFINITIONS, JOB_SOURCES
)


@dataclass(frozen=True)
class Given:
    """A raw value and where it came from, for messages."""

    text: str
    source: str


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise SettingsError([f"{message.removeprefix('argument ')}; see --help"])


def base_directory(environment: Mapping[str, str]) -> Path:
    """The folder that SageMaker calls /opt/ml.

    Where neither ``SAGEMAKER_BASE_DIR`` nor /opt/ml exists (a laptop) it is ``training-output``
    in the working directory.
    """
    configured = environment.get("SAGEMAKER_BASE_DIR")
    if configured:
        return Path(configured).absolute()
    sagemaker = Path(SAGEMAKER_BASE_DIRECTORY)
    return sagemaker if sagemaker.is_dir() else Path(LOCAL_BASE_DIRECTORY).absolute()


def read_settings(
    arguments: Sequence[str], environment: Mapping[str, str] = os.environ
) -> Settings:
    """Read and check the settings of a training run from all sources.

    Raises:
        SettingsError: naming every wrong setting.
        SystemExit: with status 0 after ``--help``.
    """
    return Settings(**read_values(arguments, environment, TRAINING))


def read_values(
    arguments: Sequence[str], environment: Mapping[str, str], program: Program
) -> dict[str, Any]:
    """Checked values by name, ``base_directory`` and ``s3_folders``.

    Raises as ``read_settings`` does.
    """
    base = base_directory(environment)
    problems: list[str] = []
    given = _from_environment(environment, program)
    given |= _from_hyperparameters(base / "input/config/hyperparameters.json", program, problems)
    given |= _from_command_line(arguments, program, problems)

    values = _parse(program, given, problems, str(base))
    folders = tuple(_s3_folders(program, values, base))
    copies = {folder.name: folder.copy for folder in folders}
    return {"base_directory": base, **values, **copies, "s3_folders": folders}


def read_arguments(arguments: Sequence[str], program: Program) -> dict[str, Any]:
    """Checked values by name, from the command line alone; raises as ``read_settings`` does."""
    problems: list[str] = []
    given = _from_command_line(arguments, program, problems)
    return _parse(program, given, problems, "")


def _parse(
    program: Program, given: Mapping[str, Given], problems: list[str], base: str
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for definition in program.definitions:
        entry = given.get(definition.name, Given(definition.default, "default"))
        text = entry.text.replace("{base}", base) if entry.source == "default" else entry.text
        try:
            values[definition.name] = definition.parse(text)
        except ValueError as error:
            problems.append(_problem(definition, text, entry.source, str(error)))
    if problems:
        raise SettingsError(problems)
    return values


def _s3_folders(program: Program, values: Mapping[str, Any], base: Path) -> Iterator[S3Folder]:
    for definition in program.definitions:
        location = values[definition.name]
        if definition.remote and isinstance(location, S3Location):
            written = definition.remote == "write"
            # What is written goes where it does without an address, so that SageMaker packs it.
            place = definition.default if written else "{base}/s3/" + str(location)[len("s3://") :]
            copy = Path(place.replace("{base}", str(base)))
            yield S3Folder(definition.name, location, copy, written)


def _problem(definition: Definition, text: str, source: str, reason: str) -> str:
    origin = "" if source == "command line" else f" ({source})"
    detail = f" {reason}," if reason else ""
    return (
        f"{definition.option} {text!r}{origin}:{detail} allowed is {definition.allowed}; "
        f"for example {definition.option} {definition.example}"
    )


def _from_environment(environment: Mapping[str, str], program: Program) -> dict[str, Given]:
    given = {}
    for definition in program.definitions:
        names = (f"SM_HP_{definition.name.upper()}", *definition.environment)
        for name in names:
            if environment.get(name):
                given[definition.name] = Given(environment[name], name)
                break
    return given


def _from_hyperparameters(path: Path, program: Program, problems: list[str]) -> dict[str, Given]:
    """SageMaker passes every hyperparameter as a string; its SDK may JSON-encode that once more."""
    if not path.is_file():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(content, dict):
            raise ValueError("it is not a JSON object")
    except (OSError, ValueError) as error:
        problems.append(
            f"{path} cannot be read ({error}): allowed is a JSON object of strings; "
            'for example {"epochs": "20"}'
        )
        return {}
    given: dict[str, Given] = {}
    known = [definition.name for definition in program.definitions]
    for key, value in content.items():
        if key.startswith(RESERVED_PREFIXES):
            continue
        name = key.replace("-", "_")
        if name not in known:
            problems.append(_unknown(f"hyperparameter {key!r} ({path.name})", name, "", known))
        else:
            given[name] = Given(_unquote(value), path.name)
    return given


def _unquote(value: object) -> str:
    if not isinstance(value, str):
        return str(value)
    if len(value) >= 2 and value[0] == value[-1] == '"':
        try:
            return str(json.loads(value))
        except ValueError:
            return value
    return value


def _from_command_line(
    arguments: Sequence[str], program: Program, problems: list[str]
) -> dict[str, Given]:
    parser = _Parser(
        prog=program.name,
        usage=f"{program.name} [--help] [--OPTION VALUE]...",
        allow_abbrev=False,
        description=f"{program.description}\n{program.sources}",
        formatter_class=argparse.RawTextHelpFormatter,
    )
    for definition in program.definitions:
        spellings = {definition.option, definition.option.replace("_", "-")}
        parser.add_argument(
            *sorted(spellings),
            dest=definition.name,
            metavar=definition.metavar,
            help=f"{definition.help}\n(default: {definition.default or 'none'})".replace(
                "%", "%%"
            ).replace("{base}", "BASE"),
        )
    try:
        namespace, unknown = parser.parse_known_args(arguments)
    except SettingsError as error:
        # Without knowing which options were given, checking their values would mislead.
        raise SettingsError([*problems, *error.problems]) from None
    known = [definition.name for definition in program.definitions]
    first = program.definitions[0].option
    # The value after an unknown option is not a separate problem.
    for index, word in enumerate(unknown):
        if word.startswith("-"):
            name = word.partition("=")[0].lstrip("-").replace("-", "_")
            problems.append(_unknown(f"option {word.partition('=')[0]}", name, "--", known))
        elif index == 0 or not unknown[index - 1].startswith("-"):
            problems.append(f"{word!r} belongs to no option; for example {first} {word}")
    return {
        name: Given(text, "command line")
        for name, text in vars(namespace).items()
        if text is not None
    }


def _unknown(what: str, name: str, prefix: str, known: Sequence[str]) -> str:
    meant = _meant(name.lower(), known)
    if meant:
        return f"{what} does not exist; did you mean {prefix}{meant}?"
    return f"{what} does not exist; allowed are {', '.join(known)}"


def _meant(name: str, known: Sequence[str]) -> str | None:
    """The setting that is a slip, another program's word or initials away from ``name``."""
    words = set(name.split("_"))
    other = OTHER_NAMES.get(name)
    if other in known:
        return other
    # num_workers and test_batch_size; the longest name says most.
    inside = [option for option in known if words >= set(option.split("_"))]
    if inside:
        return max(inside, key=len)
    close = difflib.get_close_matches(name, known, n=1)
    initials = [option for option in known if "".join(w[0] for w in option.split("_")) == name]
    begun = [option for option in known if len(name) > 2 and option.startswith(name)]
    return next(iter([*close, *initials, *begun]), None)
