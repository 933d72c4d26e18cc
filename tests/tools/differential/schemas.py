"""Compares strict mode with jsonschema and msgspec, by OpenAI's schema."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

import orjson
from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError as Invalid

from rtmodels import RtmodelsError
from rtmodels.adapters import JsonAdapter
from rtmodels.schema import upstream

from ...exact_json import load_exactly
from ...strategies import is_model
from .facts import REPAIRS, Repair, Spec, repair
from .inputs import captured, generate, sample
from .structs import Structs


def check_pattern(_: object, pattern: str, value: object, __: object) -> Iterator[Any]:
    """Do as ECMA-262 says: unlike in Python, nothing follows a ``$``."""
    if isinstance(value, str) and not re.search(pattern.replace("$", r"\Z"), value):
        yield Invalid(f"{value!r} does not match {pattern!r}")


def check_variants(
    validator: Any, variants: list[Any], value: object, _: object
) -> Any:
    """Do as jsonschema does, without gathering what is wrong with each variant."""
    if not any(validator.evolve(schema=one).is_valid(value) for one in variants):
        yield Invalid(f"{value!r} fits no variant")


Validator = validators.extend(
    Draft202012Validator,
    {"anyOf": check_variants, "pattern": check_pattern},
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine(
        "int", lambda _, value: type(value) is int
    ),
)


class Schemas:
    """jsonschema's verdicts, by OpenAI's schema with some repairs."""

    def __init__(self, schemas: Spec) -> None:
        """Make validators of *schemas* as they are asked for."""
        self.components = {"components": {"schemas": schemas}}
        self.validator = cache(self.make_validator)

    def make_validator(self, target: str) -> Any:
        """Make the validator for the schema called *target*."""
        return Validator({"$ref": f"#/components/schemas/{target}"} | self.components)

    def is_valid(self, target: str, text: bytes) -> bool:
        """Check whether jsonschema accepts *text* as a *target*."""
        return self.validator(target).is_valid(load_exactly(text))


@cache
def strict(target: str) -> JsonAdapter[Any]:
    """Make the adapter for *target* in strict mode."""
    return JsonAdapter(upstream(target), mode="strict")


def is_accepted(target: str, text: bytes) -> bool:
    """Return whether strict mode accepts *text* as a *target*."""
    try:
        strict(target).decode(text)
    except RtmodelsError:
        return False
    return True


@cache
def repaired() -> Schemas:
    """Make the validators that are meant to agree with strict mode."""
    return Schemas(repair())


@cache
def structs() -> Structs:
    """Make the msgspec types that are meant to."""
    return Structs(repair())


@cache
def unrepaired() -> Schemas:
    """Make the validators of OpenAI's schema as it stands."""
    return Schemas(repair([]))


@cache
def repaired_by(one: Repair) -> Schemas:
    """Make validators with that one repair alone."""
    return Schemas(repair([one]))


def without(one: Repair) -> Schemas:
    """Make validators with all other repairs."""
    return Schemas(repair(other for other in REPAIRS if other is not one))


def targets() -> list[str]:
    """Return the names of the schemas for our classes, or for unions of them."""
    return [
        target
        for target in repair([])
        for type_ in [upstream(target)]
        if is_model(type_) or any(map(is_model, get_args(type_)))
    ]


class SchemaTally:
    """What came of the comparison, counted."""

    def __init__(self, *, explains: bool = False) -> None:
        """Begin at nought; *explains* also where OpenAI's own schema disagrees."""
        self.explains = explains
        self.counts: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.unlisted: list[str] = []

    def run(self, schemas: list[str], examples: int) -> None:
        """Compare so many texts for each of *schemas*."""
        for target in schemas:
            generate(
                upstream(target),
                lambda _, text, target=target: self.take(target, text),
                examples,
            )

    def run_messages(self) -> None:
        """Compare a message of each shape that is recorded or in the sample session."""
        shapes = {}
        for direction, shape, text in captured():
            if shape == "ga":
                shapes[direction, shape_of(orjson.loads(text))] = text
        for text in sample():
            for direction in ("server", "client"):
                shapes[direction, shape_of(orjson.loads(text))] = text
        for (direction, _), text in shapes.items():
            self.take(f"Realtime{direction.title()}Event", text)

    def take(self, target: str, text: bytes) -> None:
        """Compare all verdicts on one text."""
        ours = is_accepted(target, text)
        self.counts["accepted" if ours else "refused"] += 1
        for reader, theirs in (("jsonschema", repaired()), ("msgspec", structs())):
            if theirs.is_valid(target, text) == ours:
                self.counts[reader] += 1
            else:
                verb = "takes" if ours else "refuses"
                self.unlisted.append(
                    f"{target}: strict {verb}, unlike {reader}: {text!r}"
                )
        if self.explains and unrepaired().is_valid(target, text) != ours:
            self.reasons[explain(target, text, accepted=ours)] += 1


def shape_of(value: Any) -> Any:
    """Return keys, types and tags of *value*, by which messages are told apart."""
    match value:
        case dict():
            items = ((key, shape_of(item)) for key, item in value.items())
            return str(value.get("type")), frozenset(items)
        case list():
            return frozenset(map(shape_of, value))
    return type(value)


def explain(target: str, text: bytes, *, accepted: bool) -> str:
    """Name the repair that alone makes OpenAI's schema agree."""
    for one in REPAIRS:
        if repaired_by(one).is_valid(target, text) == accepted:
            return one.name
    return "several of these"
