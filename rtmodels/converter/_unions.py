"""Finds the class of an object in a tagged union, by one look-up."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from rtmodels.converter._values import Mismatch, check
from rtmodels.converter.plan import Branch, Tagged, plan_class
from rtmodels.schema._model import Unknown

Read: TypeAlias = Callable[[Any], Any]
MemberReader: TypeAlias = Callable[[type, frozenset[str]], Read]


@dataclass(frozen=True, slots=True)
class Lookup:
    """What there is to know for reading an object by its tag."""

    key: str
    """The key of the tag."""

    find: Callable[[Any, Read], Read]
    """Gives the function for a tag, or the other argument where nobody knows it."""

    unknown: Read
    """That other argument: takes an object whose tag nobody knows, or refuses it."""

    optional: bool
    """Whether there may be objects without a tag; *find* takes ``None`` then."""

    def bind(self) -> Read:
        """Make ``structure(obj)``, which reads an object by its tag."""
        key, find, unknown = self.key, self.find, self.unknown

        def structure(obj: Any) -> Any:
            return find(obj[key], unknown)(obj)

        def structure_optional(obj: Any) -> Any:
            return find(obj.get(key), unknown)(obj)

        return structure_optional if self.optional else structure


def make_lookup(shape: Tagged, reader: MemberReader, unknown: Read | None) -> Lookup:
    """Make the look-up for a union.

    Args:
        shape: The union.
        reader: Gives the function for a class and the keys that the look-up verifies.
        unknown: Reads an object whose tag nobody knows, if there may be such.
    """
    untagged = _make_untagged(shape, reader, unknown) if shape.untagged else None
    return _make_branch_lookup(shape.branch, reader, unknown, frozenset(), untagged)


def _make_branch_lookup(
    branch: Branch,
    reader: MemberReader,
    unknown: Read | None,
    verified: frozenset[str],
    untagged: Read | None = None,
) -> Lookup:
    """Make the look-up by one key of the objects, when *verified* were looked at.

    The table is a plain dict, which is read in half the time of any subclass of it. So
    each entry makes itself, and puts what it made in its own place.
    """
    keys = verified | {branch.key}
    table: dict[Any, Read] = {}

    def make(case: type | Branch) -> Read:
        if isinstance(case, Branch):
            return _make_branch_lookup(case, reader, unknown, keys).bind()
        return reader(case, keys)

    def postpone(tag: str, case: type | Branch) -> Read:
        def structure(obj: Any) -> Any:
            read = table[tag] = make(case)
            return read(obj)

        return structure

    table.update((tag, postpone(tag, case)) for tag, case in branch.cases.items())
    if untagged is not None:
        table[None] = untagged
    reader_of_others = _demand_text(branch.key, unknown) if unknown else _refuse
    return Lookup(branch.key, table.get, reader_of_others, untagged is not None)


def _demand_text(key: str, unknown: Read) -> Read:
    """Make the function that takes an object whose tag is unknown, but is text."""

    def structure(obj: Any) -> Any:
        if obj[key].__class__ is not str:
            raise Mismatch
        return unknown(obj)

    return structure


def _make_untagged(shape: Tagged, reader: MemberReader, unknown: Read | None) -> Read:
    """Make the function that takes an object without a tag."""

    def structure(obj: Any) -> Any:
        cls = _choose_untagged(shape, obj)
        if cls is not Unknown:
            return reader(cls, frozenset())(obj)
        return (unknown or _refuse)(obj)

    return structure


def choose(shape: Tagged, obj: dict[str, Any]) -> type:
    """Tell which class *obj* is in; `Unknown` where nobody knows its tag.

    Raises:
        Mismatch: It has no tag, or one that is not text.
    """
    case: type | Branch | None = shape.branch
    if shape.untagged and obj.get(shape.branch.key) is None:
        case = _choose_untagged(shape, obj)
    while isinstance(case, Branch):
        tag = obj.get(case.key)
        if not isinstance(tag, str):
            raise Mismatch
        case = case.cases.get(tag)
    return Unknown if case is None else case


def _choose_untagged(shape: Tagged, obj: Any) -> type:
    """Take an object without a tag for the first class that has all its keys."""
    for cls in shape.untagged:
        if obj.keys() <= plan_class(cls).names:
            return cls
    return Unknown


def make_keeper(max_depth: int) -> Read:
    """Make the function that keeps an object whose tag nobody knows, as it is.

    The object may nest *max_depth* levels deep.
    """

    def keep_unknown(obj: Any) -> Unknown:
        if obj.__class__ is not dict:
            raise Mismatch
        check(obj, max_depth)
        return wrap_unknown(obj)

    return keep_unknown


def wrap_unknown(obj: dict[str, Any]) -> Unknown:
    """Put *obj* into an `Unknown`."""
    tag = obj.get("type")
    return Unknown(type=tag if isinstance(tag, str) else None, payload=obj)


def _refuse(_: object) -> Any:
    """Take nothing."""
    raise Mismatch


def make_writers(
    classes: tuple[type, ...], writer: Callable[[type], Read]
) -> dict[type, Read]:
    """Make the table from each class of a union to what writes its instances.

    Each entry makes itself when it is first called for; *writer* says how.
    """
    writers: dict[type, Read] = {}

    def postpone(cls: type) -> Read:
        def unstructure(value: Any) -> Any:
            write = writers[cls] = writer(cls)
            return write(value)

        return unstructure

    writers.update((cls, postpone(cls)) for cls in classes)
    return writers
