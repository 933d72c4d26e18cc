"""Functions that pick the class of a tagged union, by one look-up."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from rtmodels.converter._plan import Branch, Tagged, plan_class
from rtmodels.converter._values import Mismatch, check
from rtmodels.schema._model import Unknown

Read: TypeAlias = Callable[[Any], Any]
MemberReader: TypeAlias = Callable[[type, frozenset[str]], Read]


class Lazy(dict[Any, Read]):
    """A look-up table that makes an entry when somebody first asks for it.

    What *make* gives is kept for the keys in *known* only: a table must not grow with
    what the wire sends. Nor is a refusal kept, since a key may only look like another.
    """

    def __init__(self, known: frozenset[Any], make: Callable[[Any], Read]) -> None:
        super().__init__()
        self._known = known
        self._make = make

    def __missing__(self, key: Any) -> Read:
        read = self._make(key)
        if key in self._known and read is not _refuse:
            self[key] = read
        return read


def make_table(
    shape: Tagged, reader: MemberReader, unknown: Read | None
) -> Mapping[Any, Read]:
    """Make the table from each tag of *shape* to what reads such an object.

    Under ``None`` stands what reads an object without a tag, where there may be such.

    Args:
        shape: The union.
        reader: Gives the function for a class and the keys that the look-up verifies.
        unknown: Reads an object whose tag nobody knows, if there may be such.
    """
    table = _make_branch_table(shape.branch, reader, unknown, frozenset())
    if shape.untagged:
        table[None] = _make_untagged(shape, reader, unknown)
    return table


def _make_branch_table(
    branch: Branch, reader: MemberReader, unknown: Read | None, verified: frozenset[str]
) -> Lazy:
    """Make the table for one key of the objects, when *verified* were looked at."""
    keys = verified | {branch.key}

    def make(tag: Any) -> Read:
        match branch.cases.get(tag) if tag.__class__ is str else _refuse:
            case None:
                return unknown or _refuse
            case Branch() as nested:
                table = _make_branch_table(nested, reader, unknown, keys)
                return look_up(nested.key, table, optional=False)
            case type() as cls:
                return reader(cls, keys)
            case _:
                return _refuse

    return Lazy(frozenset(branch.cases), make)


def _make_untagged(shape: Tagged, reader: MemberReader, unknown: Read | None) -> Read:
    """Make the function that takes an object for the first class with all its keys."""
    candidates = [
        (frozenset(field.name for field in plan_class(cls).fields), cls)
        for cls in shape.untagged
    ]

    def structure(obj: Any) -> Any:
        for names, cls in candidates:
            if obj.keys() <= names:
                return reader(cls, frozenset())(obj)
        if unknown is None:
            raise Mismatch
        return unknown(obj)

    return structure


def make_picker(shape: Tagged, reader: MemberReader, unknown: Read | None) -> Read:
    """Make ``structure(obj)`` for the union *shape*; the rest is as in `make_table`."""
    table = make_table(shape, reader, unknown)
    return look_up(shape.branch.key, table, optional=bool(shape.untagged))


def look_up(key: str, readers: Mapping[Any, Read], *, optional: bool) -> Read:
    """Make the function that reads an object by the value of its *key*."""

    def structure(obj: Any) -> Any:
        return readers[obj[key]](obj)

    def structure_optional(obj: Any) -> Any:
        return readers[obj.get(key)](obj)

    return structure_optional if optional else structure


def keep_unknown(obj: Any) -> Unknown:
    """Keep *obj*, whose tag nobody knows, as it is."""
    if obj.__class__ is not dict:
        raise Mismatch
    check(obj)
    return wrap_unknown(obj)


def wrap_unknown(obj: dict[str, Any]) -> Unknown:
    """Put *obj* into an `Unknown`."""
    tag = obj.get("type")
    return Unknown(type=tag if isinstance(tag, str) else None, payload=obj)


def _refuse(_: object) -> Any:
    """Take nothing."""
    raise Mismatch


def make_union_writer(
    classes: tuple[type, ...], writer: Callable[[type], Read]
) -> Callable[[Any], Any]:
    """Make ``unstructure(value)`` for a union; *writer* gives that of a class."""
    known = frozenset(classes)

    def make(cls: type) -> Read:
        return writer(cls) if cls in known else _refuse

    writers = Lazy(known, make)

    def unstructure(value: Any) -> Any:
        return writers[value.__class__](value)

    return unstructure
