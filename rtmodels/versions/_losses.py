"""Finds what an object says and its twin in the other version cannot."""

from collections.abc import Iterator
from functools import cache
from typing import Any, TypeAlias, get_args

import attrs
from attrs import frozen

from rtmodels.converter._report import MAX_ISSUES, Path, show_path, show_value
from rtmodels.errors import Issue, VersionError
from rtmodels.schema._model import Model
from rtmodels.schema.beta.response import RealtimeConversationItemWithReference
from rtmodels.schema.call import RealtimeCallCreateRequest
from rtmodels.schema.client_secret import (
    RealtimeCreateClientSecretRequest,
    RealtimeCreateClientSecretResponse,
)
from rtmodels.versions._reshape import converter, has
from rtmodels.versions._table import EVENTS, OBJECTS, Twins
from rtmodels.versions._ways import DOWN, UNIONS, UP, Version, Way, held

__all__ = ["Loss", "find_losses", "refuse"]

Steps: TypeAlias = tuple[str | int, ...]
"""The keys and indices on the way to something."""

REST: dict[Version, tuple[type, ...]] = {
    "beta": (
        *(row.beta for row in OBJECTS),
        RealtimeConversationItemWithReference,
    ),
    "ga": (
        RealtimeCreateClientSecretRequest,
        RealtimeCreateClientSecretResponse,
        RealtimeCallCreateRequest,
    ),
}
"""What there is besides the events."""


@frozen(kw_only=True)
class Loss:
    """Something that cannot be said in the other version."""

    path: str
    """Where it stands in what was given: ``$.session.temperature``."""

    value: Any = attrs.field(repr=show_value)
    """What stands there: a JSON value, or the whole of what was given.

    It is ``None`` where nothing does, and the other version requires something.
    """


def find_losses(way: Way, x: Any, twin: Any) -> list[Loss]:
    """List what *x* says, and its *twin* at the end of *way* cannot."""
    return [
        Loss(path=_show_path(steps), value=value)
        for steps, value in _compare(way, x, twin)
    ]


def refuse(way: Way, losses: list[Loss]) -> VersionError:
    """Make the error for what the other version cannot say."""
    version = "beta" if way.target == "beta" else "GA"
    return VersionError(
        tuple(
            Issue(
                loss.path,
                f"a value, which the {version} requires"
                if loss.value is None
                else f"something that the {version} has a word for",
                "nothing" if loss.value is None else show_value(loss.value),
            )
            for loss in losses[:MAX_ISSUES]
        )
    )


def _compare(way: Way, x: Any, twin: Any) -> Iterator[tuple[Steps, Any]]:
    """Yield each loss in *x*, with the way to it."""
    if twin is x:
        if type(x) in _known(way.source) - _known(way.target):
            yield (), x
        return
    rows = [row for row in (*EVENTS, *OBJECTS) if way.ends(row)[0] is type(x)]
    row = next((row for row in rows if way.ends(row)[1] is type(twin)), None)
    if row in OBJECTS:
        yield from _compare_objects(way, row, x, twin)
    elif row is not None:
        yield from _compare_events(way, row, x, twin)
    elif rows and (holding := held(rows[0])):  # it holds nothing that we know
        key, _ = holding
        yield (key,), getattr(x, key)


def _compare_events(
    way: Way, row: Twins, x: Any, twin: Any
) -> Iterator[tuple[Steps, Any]]:
    """Yield what is lost in two events, and in what they hold."""
    yield from _find_stand_ins(way, row, x)
    if holding := held(row):
        key, _ = holding
        for steps, value in _compare(way, getattr(x, key), getattr(twin, key)):
            yield (key, *steps), value


def _find_stand_ins(way: Way, row: Twins, x: Any) -> Iterator[tuple[Steps, Any]]:
    """Yield what the GA requires, and *x* leaves out or says nothing in."""
    for key, stand_in in row.required.items() if way is UP else ():
        value = getattr(x, key)
        if value in (None, stand_in):
            yield (key,), value


def _compare_objects(
    way: Way, row: Twins, x: Any, twin: Any
) -> Iterator[tuple[Steps, Any]]:
    """Yield what *twin* keeps in ``extra``, and *x* did not."""
    yield from _find_stand_ins(way, row, x)
    undeclared = {steps for steps, _ in _find_undeclared(x)}
    for steps, value in _find_undeclared(twin):
        if steps not in undeclared:
            yield from _find_new(value, _trace(way, row, steps), undeclared)
    back = (DOWN if way is UP else UP).conversions[type(twin)](twin)
    if converter().unstructure(back) != converter().unstructure(x):
        yield (), x


def _find_undeclared(value: Any, steps: Steps = ()) -> Iterator[tuple[Steps, Any]]:
    """Yield whatever is encoded out of an ``extra``, and the way to it."""
    match value:
        case Model():
            for key, item in (value.extra or {}).items():
                if not has(value, key):
                    yield (*steps, key), item
            for field in attrs.fields(type(value)):
                inner = getattr(value, field.name)
                yield from _find_undeclared(inner, (*steps, field.name))
        case tuple():
            for index, inner in enumerate(value):
                yield from _find_undeclared(inner, (*steps, index))


def _trace(way: Way, row: Twins, steps: Steps) -> Steps:
    """Say where that which stands at *steps* has come from."""
    for move in row.moves:
        before: Steps = (move.beta,)
        after: Steps = (*move.way, move.name)
        if way is DOWN:
            before, after = after, before
        if steps[: len(after)] == after:
            return before + steps[len(after) :]
    return steps


def _find_new(
    value: Any, steps: Steps, undeclared: set[Steps]
) -> Iterator[tuple[Steps, Any]]:
    """Yield what in *value* says something and is not in or under *undeclared*."""
    if value in (None, {}) or any(
        steps[:n] in undeclared for n in range(len(steps) + 1)
    ):
        return
    if isinstance(value, dict) and any(s[: len(steps)] == steps for s in undeclared):
        for key, item in value.items():
            yield from _find_new(item, (*steps, key), undeclared)
    else:
        yield steps, value


def _show_path(steps: Steps) -> str:
    """Write *steps* down."""
    path: Path = None
    for step in steps:
        path = path, step
    return show_path(path)


@cache
def _known(version: Version) -> frozenset[type]:
    """Give the classes that a version is made of."""
    events = [beta if version == "beta" else ga for beta, ga in UNIONS]
    found: set[type] = set()
    stack: list[Any] = [*events, *REST[version]]
    while stack:
        type_ = stack.pop()
        if isinstance(type_, type) and issubclass(type_, Model):
            if type_ not in found:
                found.add(type_)
                stack += [field.type for field in attrs.fields(type_)]
        else:
            stack += get_args(type_)
    return frozenset(found)
