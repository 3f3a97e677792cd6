"""Settings: command line beats hyperparameters.json beats ``SM_*`` beats defaults.

Every source is read, then every problem is reported at once.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from kennel_training.common.errors import SettingsError
from kennel_training.s3.client import S3Location
from kennel_training.s3.folders import S3Folder
from kennel_training.settings.definitions import Definition
from kennel_training.settings.spelling import unknown

SAGEMAKER_BASE_DIRECTORY = "/opt/ml"
LOCAL_BASE_DIRECTORY = "training-output"

# SageMaker and its SDK put their own keys beside the user's hyperparameters.
RESERVED_PREFIXES = ("sagemaker_", "_tuning_")


@dataclass(frozen=True)
class Program:
    """A command and its settings."""

    name: str
    description: str
    definitions: tuple[Definition, ...]
    sources: str = ""


COMMAND_LINE = "command line"

# What --help says of a program that a job runs.
JOB_SOURCES = (
    "The command line beats hyperparameters.json beats SM_* variables beats defaults.\n"
    f"BASE is SAGEMAKER_BASE_DIR, else {SAGEMAKER_BASE_DIRECTORY} where that exists, "
    f"else {LOCAL_BASE_DIRECTORY} in the working directory."
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


def read_values(
    arguments: Sequence[str], environment: Mapping[str, str], program: Program
) -> dict[str, Any]:
    """Checked values by name, ``base_directory`` and ``s3_folders``.

    Raises:
        SettingsError: naming every wrong setting.
        SystemExit: with status 0 after ``--help``.
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
    """Checked values by name, from the command line alone; raises as ``read_values`` does."""
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
            values[definition.name] = definition.kind.parse(text)
        except ValueError as error:
            origin = "" if entry.source == COMMAND_LINE else f" ({entry.source})"
            problems.append(definition.problem(text, origin, str(error)))
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
            problems.append(unknown(f"hyperparameter {key!r} ({path.name})", name, "", known))
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
            metavar=definition.kind.metavar,
            help=f"{definition.help}\n(default: {definition.default or 'none'})".replace(
                "%", "%%"
            ).replace("{base}", "BASE"),
        )
    try:
        namespace, rest = parser.parse_known_args(arguments)
    except SettingsError as error:
        # Without knowing which options were given, checking their values would mislead.
        raise SettingsError([*problems, *error.problems]) from None
    known = [definition.name for definition in program.definitions]
    first = program.definitions[0].option
    # The value after an unknown option is not a separate problem.
    for index, word in enumerate(rest):
        if word.startswith("-"):
            name = word.partition("=")[0].lstrip("-").replace("-", "_")
            problems.append(unknown(f"option {word.partition('=')[0]}", name, "--", known))
        elif index == 0 or not rest[index - 1].startswith("-"):
            problems.append(f"{word!r} belongs to no option; for example {first} {word}")
    return {
        name: Given(text, COMMAND_LINE)
        for name, text in vars(namespace).items()
        if text is not None
    }
