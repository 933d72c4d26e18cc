"""`Loss`, and the search for values that the counterpart of an object cannot express.

Only the package itself imports this module.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import zip_longest
from typing import Any, TypeAlias, get_args

import attrs
from attrs import frozen

from rtmodels._display import MAX_ISSUES, format_path
from rtmodels.converter._issues import preview
from rtmodels.converter._plan import plan_class
from rtmodels.converter._shapes import Base64, Literals, Scalar
from rtmodels.errors import Issue, VersionError
from rtmodels.schema._model import Model
from rtmodels.schema.beta.response import RealtimeConversationItemWithReference
from rtmodels.schema.call import RealtimeCallCreateRequest
from rtmodels.schema.client_secret import (
    RealtimeCreateClientSecretRequest,
    RealtimeCreateClientSecretResponse,
)
from rtmodels.versions._directions import Direction, Version
from rtmodels.versions._reshape import is_encoded
from rtmodels.versions._table import (
    EVENT_PAIRS,
    OBJECT_PAIRS,
    UNION_PAIRS,
    ClassPair,
    find_nested,
)

__all__ = ["Loss", "find_losses", "version_error"]

Loc: TypeAlias = tuple[str | int, ...]
"""The keys and indexes that lead to a value."""

_Move: TypeAlias = tuple[Loc, Loc]
"""The place of a field in the source, and in the target."""

OTHER_CLASSES: dict[Version, tuple[type, ...]] = {
    "beta": (
        *(pair.beta for pair in OBJECT_PAIRS),
        RealtimeConversationItemWithReference,
    ),
    "ga": (
        RealtimeCreateClientSecretRequest,
        RealtimeCreateClientSecretResponse,
        RealtimeCallCreateRequest,
    ),
}
"""The classes of each version that no event refers to."""


@frozen(kw_only=True)
class Loss:
    """A value that the other version cannot express."""

    loc: tuple[str | int, ...]
    """Where it is in the given object, as keys and indexes."""

    value: Any = attrs.field(repr=preview)
    """The value there, as JSON, or the given object itself where all of it is lost.

    ``None`` means that a value is missing that the other version requires.
    """

    @property
    def path(self) -> str:
        """The location as text: ``$.session.temperature``."""
        return format_path(self.loc)


def version_error(direction: Direction, losses: list[Loss]) -> VersionError:
    """Build the error that lists *losses*."""
    version = "beta" if direction.target == "beta" else "GA"
    required = f"a value, which the {version} requires"
    expressible = f"a value that the {version} can express"

    # Errors are bounded, since a session can lose any number of unknown keys.
    issues = []
    for loss in losses[:MAX_ISSUES]:
        missing = loss.value is None
        expected = required if missing else expressible
        got = "nothing" if missing else preview(loss.value)
        issues.append(Issue(loss.loc, expected, got))
    return VersionError(tuple(issues))


def find_losses(direction: Direction, x: Any, counterpart: Any) -> list[Loss]:
    """List the values in *x* that its *counterpart* in *direction* cannot express."""
    return [
        Loss(loc=loc, value=value) for loc, value in _compare(direction, x, counterpart)
    ]


def _compare(
    direction: Direction, x: Any, counterpart: Any
) -> Iterator[tuple[Loc, Any]]:
    """Iterate over the losses in *x*: location and value."""
    if counterpart is x:
        # It was returned as it is, yet the target may have no such class.
        if type(x) in _find_classes(direction.source) - _find_classes(direction.target):
            yield (), x
        return

    cls: Any = x.__class__
    pairs = _find_pairs(direction, cls)

    # Pairs can share a class of the source. The conversion has chosen one of them.
    target = type(counterpart)
    pair = next((pair for pair in pairs if direction.classes(pair)[1] is target), None)
    if pair in OBJECT_PAIRS:
        yield from _compare_objects(direction, pair, x, counterpart)
    elif pair is not None:
        yield from _compare_events(direction, pair, x, counterpart)
    elif pairs and (found := find_nested(pairs[0])):  # it became an `Unknown`
        key, _ = found
        yield (key,), getattr(x, key)


@cache
def _find_pairs(direction: Direction, cls: type) -> list[ClassPair]:
    """Return the pairs that have *cls* on the side of the source."""
    pairs = (*EVENT_PAIRS, *OBJECT_PAIRS)
    return [pair for pair in pairs if direction.classes(pair)[0] is cls]


def _compare_events(
    direction: Direction, pair: ClassPair, x: Any, counterpart: Any
) -> Iterator[tuple[Loc, Any]]:
    """Iterate over the losses in an event, and in the object nested in it."""
    yield from _find_missing(direction, pair, x)
    if found := find_nested(pair):
        key, _ = found
        nested = _compare(direction, getattr(x, key), getattr(counterpart, key))
        for loc, value in nested:
            yield (key, *loc), value


def _find_missing(
    direction: Direction, pair: ClassPair, x: Any
) -> Iterator[tuple[Loc, Any]]:
    """Iterate over the fields that the GA requires and that *x* has no value for."""
    if direction.target == "ga":
        for key, placeholder in pair.placeholders.items():
            value = getattr(x, key)
            if value in (None, placeholder):
                yield (key,), value


def _compare_objects(
    direction: Direction, pair: ClassPair, x: Any, counterpart: Any
) -> Iterator[tuple[Loc, Any]]:
    """Iterate over the values that only *counterpart* has in ``extra``, not *x*."""
    yield from _find_missing(direction, pair, x)

    # What *x* kept in `extra` itself was undeclared before, and is no loss.
    undeclared: dict[Loc, Any] = {}
    kept: dict[Loc, Any] = {}
    _find_undeclared(x, counterpart, (), undeclared)
    _find_undeclared(counterpart, x, (), kept)

    above = {loc[:n] for loc in undeclared for n in range(len(loc))}
    moves = _find_moves(direction, pair)
    for loc, value in kept.items():
        if loc not in undeclared:
            traced = _trace(moves[loc[0]], loc) if loc[0] in moves else loc
            yield from _find_new(value, traced, undeclared, above)


def _find_undeclared(value: Any, other: Any, loc: Loc, found: dict[Loc, Any]) -> None:
    """Add to *found* all that is encoded from an ``extra``: location and value.

    What *value* shares with *other* is left out: it is undeclared in both.
    """
    if value is other:
        return

    cls: Any = value.__class__
    if isinstance(value, Model):
        for key, item in (value.extra or {}).items():
            if not is_encoded(value, key):
                found[*loc, key] = item

        for name in _find_nesting(cls):
            inner = getattr(value, name)
            if inner.__class__ is tuple or isinstance(inner, Model):
                twin = getattr(other, name, None)
                _find_undeclared(inner, twin, (*loc, name), found)

    elif isinstance(value, tuple):
        twins = other if isinstance(other, tuple) else ()
        for index, (inner, twin) in enumerate(zip_longest(value, twins)):
            _find_undeclared(inner, twin, (*loc, index), found)


@cache
def _find_nesting(cls: type) -> list[str]:
    """Return the fields of *cls* whose values may be instances or hold them."""
    scalars = Scalar | Literals | Base64
    fields = plan_class(cls).fields
    return [field.name for field in fields if not isinstance(field.shape, scalars)]


@cache
def _find_moves(direction: Direction, pair: ClassPair) -> dict[Any, list[_Move]]:
    """Return the fields that move, by the first key of their place in the target."""
    moves: dict[Any, list[_Move]] = {}
    for field in pair.fields:
        before: Loc = (field.beta,)
        after: Loc = field.ga_path
        if direction.target == "beta":
            before, after = after, before
        moves.setdefault(after[0], []).append((before, after))
    return moves


def _trace(moves: list[_Move], loc: Loc) -> Loc:
    """Return where in the source the value was that is at *loc* in the target."""
    # Losses are reported by the keys that the user wrote.
    for before, after in moves:
        if loc[: len(after)] == after:
            return before + loc[len(after) :]
    return loc


def _find_new(
    value: Any, loc: Loc, undeclared: Mapping[Loc, Any], above: set[Loc]
) -> Iterator[tuple[Loc, Any]]:
    """Iterate over the values in *value* that are not in or under *undeclared*.

    *above* has the locations of the objects around those in *undeclared*.
    """
    if value is None or value == {}:
        return
    if undeclared and any(loc[:n] in undeclared for n in range(len(loc) + 1)):
        return

    # Where *x* had undeclared keys inside the same object, only the others are lost.
    if isinstance(value, dict) and loc in above:
        for key, item in value.items():
            yield from _find_new(item, (*loc, key), undeclared, above)
    else:
        yield loc, value


@cache
def _find_classes(version: Version) -> frozenset[type]:
    """Return all classes that *version* consists of."""
    # Following the fields instead of a list: a new class needs no edit here.
    events = [beta if version == "beta" else ga for beta, ga in UNION_PAIRS]
    found: set[type] = set()
    stack: list[Any] = [*events, *OTHER_CLASSES[version]]
    while stack:
        type_ = stack.pop()
        if isinstance(type_, type) and issubclass(type_, Model):
            if type_ not in found:
                found.add(type_)
                stack += [field.type for field in attrs.fields(type_)]
        else:
            stack += get_args(type_)
    return frozenset(found)
