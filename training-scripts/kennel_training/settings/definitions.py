"""A setting's description, which stands at its field in the settings' dataclass."""

from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

from kennel_training.settings.kinds import Kind


@dataclass(frozen=True)
class Definition:
    """One setting.

    Attributes:
        default: as text; ``{base}`` stands for the base directory.
        example: the default where it is empty.
        environment: ``SM_*`` variables that SageMaker itself sets.
        remote: whether the folder may be in S3, and what the run does with it: read or write.
    """

    name: str
    default: str
    kind: Kind
    help: str
    example: str = ""
    environment: tuple[str, ...] = ()
    remote: Literal["", "read", "write"] = ""

    @property
    def option(self) -> str:
        """The long option as written on the command line."""
        return f"--{self.name}"

    def problem(self, text: str, origin: str, reason: str) -> str:
        """What is wrong with a value, what is allowed, and an example."""
        detail = f" {reason}," if reason else ""
        return (
            f"{self.option} {text!r}{origin}:{detail} allowed is {self.kind.allowed}; "
            f"for example {self.option} {self.example or self.default}"
        )


def setting(*description: Any, **more: Any) -> Any:
    """A field that is a setting: all that a Definition has after its name."""
    return field(metadata={"description": Definition("", *description, **more)})


def definitions_of(settings: type) -> tuple[Definition, ...]:
    """The settings among the fields of a dataclass."""
    return tuple(
        replace(each.metadata["description"], name=each.name)
        for each in fields(settings)
        if each.metadata
    )
