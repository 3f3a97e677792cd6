"""Checks requests with botocore's own validator, and by what it leaves out of the service models.

Standard input: a line for each batch, a JSON list of ``{"service", "operation", "request"}``. In a
request ``{"$": "unknown"}`` stands for a value that every rule lets pass and ``{"$": "file"}`` for
the content of a file. Standard output: a line for each batch, which has a list of
``{"path", "message"}`` for each request.
"""

import json
import re
import sys
from typing import Any

import botocore.session
import regex
from botocore.model import Shape
from botocore.validate import ParamValidator, ValidationErrors
from documented_limits import LIMITS

UNKNOWN = object()
MARKS = {"unknown": UNKNOWN, "file": b""}
LONGEST_MESSAGE = 500


class Violations(ValidationErrors):
    """Collects each violation with its place in the request."""

    def __init__(self) -> None:
        """Find nothing yet."""
        super().__init__()
        self.found: list[dict[str, str]] = []

    def report(self, name: str, reason: str, **details: Any) -> None:
        """Take what botocore reports, and sentences' ends that it has no words for."""
        message = self._format_error((reason, name, details)) or (
            f"Invalid value for parameter {self._get_name(name)}, value: {details['param']}, "
            f"{reason}"
        )
        path = name.removeprefix(".")
        if reason in ("missing required field", "unknown field"):
            member = details.get("required_name") or details["unknown_param"]
            path = f"{path}.{member}".removeprefix(".")
        self.found.append({"path": path, "message": message[:LONGEST_MESSAGE]})


class StrictValidator(ParamValidator):
    """Adds maximums, enumerations, patterns and documented limits to names, types and minimums."""

    def __init__(self, service: str) -> None:
        """Validate requests to one service."""
        self.service = service

    def _shape_has_constraints(self, shape: Shape) -> bool:
        return True

    def _validate(self, params: Any, shape: Shape, errors: ValidationErrors, name: str) -> None:
        if params is UNKNOWN:
            return
        super()._validate(params, shape, errors, name)
        for reason in _broken_rules(params, shape):
            errors.report(name, reason, param=params)

    def _validate_structure(
        self, params: Any, shape: Shape, errors: ValidationErrors, name: str
    ) -> None:
        super()._validate_structure(params, shape, errors, name)
        for member, value in params.items() if isinstance(params, dict) else ():
            limit = LIMITS.get((self.service, shape.name, member))
            problem = None if limit is None or value is UNKNOWN else limit(value)
            if problem is not None:
                errors.report(f"{name}.{member}", problem, param=value)


def _broken_rules(value: Any, shape: Shape) -> list[str]:
    """Say what botocore does not check, as the ends of sentences."""
    rules = shape.metadata
    size = (
        value if isinstance(value, int | float) else len(value) if hasattr(value, "__len__") else 0
    )
    # API Gateway says in a shape's name how long its texts may be.
    least, most = (
        map(int, named.groups())
        if (named := re.search(r"WithLengthBetween(\d+)And(\d+)$", shape.name))
        else (None, rules.get("max"))
    )
    broken = []
    if most is not None and size > most:
        broken.append(f"valid max value or length: {most}")
    if least is not None and size < least:
        broken.append(f"valid min length: {least}")
    if isinstance(value, str):
        if "enum" in rules and value not in rules["enum"]:
            broken.append(f"must be one of: {', '.join(rules['enum'])}")
        if "pattern" in rules and not _matches(rules["pattern"], value):
            broken.append(f"valid pattern: {rules['pattern']}")
    return broken


def _matches(pattern: str, text: str) -> bool:
    """Whether a regular expression of Java matches all of a text, as AWS's do."""
    # In Java \w and \p{Alnum} are of ASCII, \p{L} of Unicode; pairs of surrogates are one here.
    flags = regex.V1 | (0 if re.search(r"\\p\{[A-Z]\}", pattern) else regex.ASCII)
    characters = pattern.replace(r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF")
    return regex.compile(characters, flags).fullmatch(text) is not None


class Validator:
    """Validates requests to any service; a service's model is read with the first one."""

    def __init__(self) -> None:
        """Know no service yet."""
        self.session = botocore.session.get_session()
        self.models: dict[str, Any] = {}

    def validate(self, service: str, operation: str, request: Any) -> list[dict[str, str]]:
        """List what AWS would refuse, a ``{"path", "message"}`` for each."""
        if service not in self.models:
            self.models[service] = self.session.get_service_model(service)
        shape = self.models[service].operation_model(operation).input_shape
        violations = Violations()
        StrictValidator(service)._validate(request, shape, violations, name="")
        return violations.found


def main() -> None:
    """Answer each batch."""
    validator = Validator()

    def mark(value: dict[str, Any]) -> Any:
        return MARKS[value["$"]] if "$" in value else value

    for line in sys.stdin:
        batch = json.loads(line, object_hook=mark)
        print(json.dumps([validator.validate(**each) for each in batch]), flush=True)


if __name__ == "__main__":
    main()
