"""Makes values out of openai-python's classes, each with one thing to look at.

Together they hold each key of a class, and of each key each variant, word and type.
"""

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NamedTuple,
    NotRequired,
    Required,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from pydantic import BaseModel
from typing_extensions import is_typeddict

from rtmodels import Issue, ValidationError
from rtmodels.adapters import DictAdapter

FILLER = "AAAA"
"""A text, which is base64 as well, and a word of no set."""

FILLINGS = {
    "str": FILLER,
    "base64 text": FILLER,
    "int": 1,
    "number": 0.5,
    "bool": True,
    "array": [],
    "object": {},
}
"""Values by what an issue says is expected."""

SCALARS = {str: FILLER, int: 1, float: 0.5, bool: True, object: {}, Any: {}}
WRAPPERS = {Annotated, Required, NotRequired}
TAGS = ("type", "role")


class Field(NamedTuple):
    """A key of a class of the SDK's."""

    key: str
    annotation: Any
    required: bool
    nullable: bool
    """Whether None in the annotation is null; in optional attributes, it is absence."""


def cases(annotation: Any, *, nullable: bool = True) -> Iterator[Any]:
    """Yield a value for each type in *annotation*, and for each place inside of it."""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        for arg in args:
            yield from cases(arg, nullable=nullable)
    elif origin in WRAPPERS:
        yield from cases(args[0], nullable=nullable)
    elif origin is Literal:
        yield from args
    elif origin in (dict, Mapping):
        yield from ({"key": case} for case in cases(args[1]))
    elif origin is not None:
        yield from ([case] for case in cases(args[0]))
    elif is_sdk_class(annotation):
        yield from _objects(annotation)
    elif annotation is not NoneType:
        yield SCALARS[annotation]
    elif nullable:
        yield None


def _objects(cls: Any) -> Iterator[dict[str, Any]]:
    """Yield what *cls* demands alone, with its tags, and with each key beside them."""
    held = {f: list(cases(f.annotation, nullable=f.nullable)) for f in fields_of(cls)}
    least = {field.key: held[field][0] for field in held if field.required}
    tags = {field.key: held[field][0] for field in held if field.key in TAGS}
    yield {**least, **tags}

    # An optional tag that has several words does not tell the class, so it may lack.
    if any(len(held[field]) > 1 for field in held if field.key in tags.keys() - least):
        yield least

    for field, values in held.items():
        for value in values:
            if {**least, **tags}.get(field.key, ...) != value:
                yield {**least, **tags, field.key: value}


def fields_of(cls: Any) -> list[Field]:
    """Return the keys of a class of the SDK's."""
    if is_typeddict(cls):
        # Under `from __future__ import annotations`, the class itself takes all keys
        # for optional: `Required` shows only in the annotations.
        return [
            Field(key, hint, get_origin(hint) is Required, nullable=True)
            for key, hint in get_type_hints(cls, include_extras=True).items()
        ]
    return [
        Field(
            field.alias or name,
            field.annotation,
            field.is_required(),
            nullable=field.is_required(),
        )
        for name, field in cls.model_fields.items()
    ]


def is_sdk_class(annotation: Any) -> bool:
    """Check whether *annotation* is a class for objects."""
    if is_typeddict(annotation):
        return True
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def classes_in(annotation: Any) -> set[Any]:
    """Return the SDK's classes that values of *annotation* are made of."""
    if is_sdk_class(annotation):
        parts = [field.annotation for field in fields_of(annotation)]
        return {annotation}.union(*map(classes_in, parts))
    if get_origin(annotation) is Literal:
        return set()
    return set[Any]().union(*map(classes_in, get_args(annotation)))


def read(adapter: DictAdapter[Any], value: Any) -> tuple[Any, Sequence[Issue]]:
    """Return what *adapter* makes of *value*, and what is wrong with it."""
    try:
        return adapter.decode(value), ()
    except ValidationError as exc:
        return None, exc.issues


def complete(strict: DictAdapter[Any], value: Any) -> list[Issue]:
    """Put what it lacks into *value*, and return everything that was wrong with it.

    Otherwise, no mode would look into an object that lacks a key.
    """
    found: dict[Issue, None] = {}
    while True:
        _, issues = read(strict, value)
        found |= dict.fromkeys(issues)
        # Any text may be the tag of a class that we do not know: it tells nothing.
        lacking = [
            issue
            for issue in issues
            if issue.got == "nothing"
            and (issue.loc[-1] not in TAGS or "'" in issue.expected)
        ]
        if not lacking:
            return [*found]
        for issue in lacking:
            at(value, issue.loc[:-1])[issue.loc[-1]] = filling(issue)


def filling(issue: Issue) -> Any:
    """Return a value for a key that was absent."""
    if word := re.search("'(.*?)'", issue.expected):
        return word[1]
    return copy.copy(FILLINGS[issue.expected.partition(" or ")[0]])


def at(value: Any, loc: Sequence[str | int]) -> Any:
    """Return what is in *value* at *loc*."""
    for step in loc:
        value = value[step]
    return value
